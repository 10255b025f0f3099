/** Inputs of the flake that builds agents on NixOS. Embedded backends have none, and say so when it is asked for. */
import { HiveError } from "../../../wire/errors.ts";
import { action } from "../action.ts";

const refuse = (): never => {
  throw new HiveError("unsupported", "this hive has no meta flake whose inputs could be updated", {
    hint: "only a hive on NixOS builds its agents from a flake",
  });
};

export const updateMetaInputs = action<unknown>({
  parse: (payload) => payload,
  check: refuse,
  run: async () => refuse(),
  isDone: () => false,
});
