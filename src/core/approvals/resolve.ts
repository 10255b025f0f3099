/** The one function that turns an approval into an action, and the only importer of actions. */
import type { ApprovalKind } from "../../wire/approvals.ts";
import { HiveError } from "../../wire/errors.ts";
import type { RequestInput } from "../services.ts";
import type { ActionContext, ActionServices, AgentActor, AnyAction, Pinned } from "./action.ts";
import { destroy } from "./actions/destroy.ts";
import { initConfig } from "./actions/init-config.ts";
import { mergeConfigPr } from "./actions/merge-config-pr.ts";
import { schedulePrompt } from "./actions/schedule-prompt.ts";
import { spawn } from "./actions/spawn.ts";
import { updateMetaInputs } from "./actions/update-meta-inputs.ts";

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

type Asked = Pick<RequestInput, "kind" | "payload">;

export function mayAsk(actor: AgentActor, { kind, payload }: Asked): boolean {
  return actionOf(kind).mayAsk?.(actor, payload) ?? actor.manager;
}

/** Before it is checked and stored. */
export async function pinRequest(
  actor: AgentActor,
  { kind, payload }: Asked,
  services: ActionServices,
): Promise<Pinned> {
  return (await actionOf(kind).pin?.(payload, actor, services)) ?? { payload };
}

export async function rememberRequest(
  { kind, id, payload }: { readonly kind: string; readonly id: bigint; readonly payload: unknown },
  services: ActionServices,
): Promise<void> {
  await actionOf(kind).remember?.(id, payload, services);
}

export function checkRequest({ kind, payload }: Asked, services: ActionServices): void {
  actionOf(kind).check(payload, services);
}

/** Checks again, since the world may have changed while the operator thought, then acts. */
export async function resolveApproval(kind: string, payload: unknown, context: ActionContext): Promise<void> {
  const action = actionOf(kind);
  action.check(payload, context);
  await action.run(payload, context);
}

/** After a crash in the middle: undefined when it has had its effect, else why not. */
export async function recoverApproval(
  kind: string,
  payload: unknown,
  { since, cutOff, ...context }: ActionContext & { readonly since: number; readonly cutOff: string },
): Promise<string | undefined> {
  const action = actionOf(kind);
  if (action.recover !== undefined) return action.recover(payload, context);
  return action.isDone(payload, context, since) ? undefined : cutOff;
}
