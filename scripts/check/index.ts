/** All rules, quick ones first. A new rule is a file beside this one and a line here. */
import { attribution } from "./attribution.ts";
import { biome } from "./biome.ts";
import { deno } from "./deno.ts";
import { docLinks } from "./doc-links.ts";
import { generated } from "./generated.ts";
import { hosts } from "./hosts.ts";
import { imports } from "./imports.ts";
import { lockfile } from "./lockfile.ts";
import { requirements } from "./requirements.ts";
import type { Rule } from "./rule.ts";
import { shell } from "./shell.ts";
import { sizes } from "./sizes.ts";
import { suppressions } from "./suppressions.ts";
import { types } from "./types.ts";

export const RULES: readonly Rule[] = [
  lockfile,
  hosts,
  attribution,
  shell,
  suppressions,
  sizes,
  imports,
  docLinks,
  requirements,
  biome,
  types,
  deno,
  generated,
];
