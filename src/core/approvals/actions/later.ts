/** Kinds the wire knows and this version cannot do: they say so when they are asked for. */
import { HiveError } from "../../../wire/errors.ts";
import { action } from "../action.ts";

function later(what: string) {
  const refuse = (): never => {
    throw new HiveError(
      "unsupported",
      `${what} is not possible yet: configuration repositories come with a later version`,
      { hint: "ask the operator to change the agent's configuration" },
    );
  };
  return action<unknown>({
    parse: (payload) => payload,
    check: refuse,
    run: async () => refuse(),
    isDone: () => false,
  });
}

export const initConfig = later("making a configuration repository");
export const updateMetaInputs = later("updating the inputs of the meta flake");
export const mergeConfigPr = later("deploying a configuration");
