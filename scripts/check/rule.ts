/** What a rule of this repository is: a name, a sentence, and a function from the repository to findings. */
import type { Repo } from "./repo.ts";

export interface Finding {
  /** Relative to the root; empty when no file is to blame. */
  readonly path: string;
  readonly line?: number | undefined;
  readonly message: string;
  /** Worth a look, but not a failure; shown by --verbose. */
  readonly soft?: boolean;
}

export interface Rule {
  readonly name: string;
  readonly summary: string;
  readonly run: (repo: Repo) => Promise<readonly Finding[]> | readonly Finding[];
}

export function rule(spec: Rule): Rule {
  return spec;
}

export function printFinding(finding: Finding): string {
  if (finding.path === "") return finding.message;
  const at = finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`;
  return `${at} ${finding.message}`;
}
