/** The one function that turns an approval into an action, and the only importer of actions. */
import type { ApprovalKind } from "../../wire/approvals.ts";
import { HiveError } from "../../wire/errors.ts";
import type { RequestInput } from "../services.ts";
import type { ActionContext, ActionServices, AnyAction } from "./action.ts";
import { destroy } from "./actions/destroy.ts";
import { initConfig, mergeConfigPr, updateMetaInputs } from "./actions/later.ts";
import { schedulePrompt } from "./actions/schedule-prompt.ts";
import { spawn } from "./actions/spawn.ts";

const ACTIONS = {
  spawn,
  destroy,
  schedule_prompt: schedulePrompt,
  init_config: initConfig,
  update_meta_inputs: updateMetaInputs,
  merge_config_pr: mergeConfigPr,
} as const satisfies Record<ApprovalKind, AnyAction>;

/** Kinds are tolerated on the wire; an unknown one (of a newer version) has no action. */
function actionOf(kind: string): AnyAction {
  const found = Object.entries(ACTIONS).find(([name]) => name === kind);
  if (found !== undefined) return found[1];
  throw new HiveError("unsupported", `this version cannot do "${kind}"`);
}

export function checkRequest(
  { kind, payload }: Pick<RequestInput, "kind" | "payload">,
  services: ActionServices,
): void {
  actionOf(kind).check(payload, services);
}

/** Checks again, since the world may have changed while the operator thought, then acts. */
export async function resolveApproval(kind: string, payload: unknown, context: ActionContext): Promise<void> {
  const action = actionOf(kind);
  action.check(payload, context);
  await action.run(payload, context);
}

export function wasDone(
  kind: string,
  payload: unknown,
  { services, since }: { services: ActionServices; since: number },
): boolean {
  return actionOf(kind).isDone(payload, services, since);
}
