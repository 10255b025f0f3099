/**
 * What the hive asks of nix. A flake is locked first and then built exactly as it is locked, so that what was built is
 * what is written down. Only what was built is set as a container's profile.
 */
import { HiveError } from "../../wire/errors.ts";
import { toplevelRef } from "./meta-flake.ts";
import { type NixHow, type NixOptions, runNix } from "./nix.ts";

/** Writes flake.lock beside the flake: inputs that are locked stay as they are, also without a network. */
export async function lockFlake(flake: string, options: NixOptions, how: NixHow): Promise<void> {
  const doing = "the inputs of the meta flake cannot be locked";
  await runNix(options, { ...how, doing, args: ["flake", "lock", flake] });
}

/** Moves these inputs (all when empty) to the newest there is; what is pinned by its revision stays. */
export async function updateFlake(
  flake: string,
  options: NixOptions,
  { inputs, ...how }: NixHow & { readonly inputs: readonly string[] },
): Promise<void> {
  const doing = "the inputs of the meta flake cannot be updated";
  await runNix(options, { ...how, doing, args: ["flake", "update", ...inputs, "--flake", flake] });
}

/** The store path of the agent's system. */
export async function prebuildToplevel(
  flake: string,
  options: NixOptions,
  { agent, ...how }: NixHow & { readonly agent: string },
): Promise<string> {
  const ref = toplevelRef(`${flake}#${agent}`);
  // Lines of builders as well, as they come.
  const format = ["--log-format", "raw-with-logs"];
  const args = ["build", "--no-link", "--print-out-paths", "--no-update-lock-file", ...format, ref];
  const doing = "the configuration does not build";
  const built = (await runNix(options, { ...how, doing, args })).at(-1)?.trim() ?? "";
  if (built.startsWith("/")) return built;
  throw new HiveError("internal", `nix built "${ref}" and did not say where`, { hint: "hivectl doctor" });
}

/** Moves a profile to what was built: the generation before stays for a rollback. */
export async function setProfile(
  profile: string,
  built: string,
  { options, how }: { readonly options: NixOptions; readonly how: NixHow },
): Promise<void> {
  const doing = `the profile "${profile}" cannot be set`;
  await runNix(options, { ...how, doing, args: ["build", "--profile", profile, "--no-link", built] });
}
