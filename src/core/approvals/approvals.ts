/**
 * The queue of what waits for the operator. An approval leaves `pending` once, in one transaction with the
 * operation that carries it out; after a crash its effect is looked at, and it is never carried out again.
 */
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { Approval } from "../../wire/approvals.ts";
import { HiveError } from "../../wire/errors.ts";
import type { ApprovalRow, ApprovalStore } from "../db/stores/approvals.ts";
import type { Tx, Writer } from "../db/tx.ts";
import type { BegunOperation, OperationRunner } from "../operations/operations.ts";
import {
  type Actor,
  type Approvals,
  type Audit,
  actorName,
  actorTrace,
  type Broker,
  type OperationHandle,
  type Timeline,
} from "../services.ts";
import type { ActionContext, ActionServices, Pinned } from "./action.ts";
import { firstResult } from "./first-result.ts";

import { pinOrRefuse } from "./pin-or-refuse.ts";
import { checkRequest, mayAsk, recoverApproval, rememberRequest, resolveApproval } from "./resolve.ts";
import { alreadyDecided, targetOf, withNote } from "./row-facts.ts";

import { toApproval } from "./to-approval.ts";

export interface ApprovalsOptions {
  readonly store: ApprovalStore;
  readonly writer: Writer;
  readonly timeline: Pick<Timeline, "append">;
  readonly audit: Audit;
  readonly broker: Pick<Broker, "enqueue" | "once">;
  readonly operations: OperationRunner;
  readonly services: ActionServices;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the agent that asked still has its state directory. */
  readonly stateDirExists: (agent: string) => boolean;
}

const SHOWN = 200;
/** Waiting ones of one agent: the operator reads each of them. */
const PENDING_MAX = 50;
export const STATE_DIR_MISSING = "agent state dir missing";
const CUT_OFF = "the hive stopped while it was carried out; ask again if it is still wanted";

export function createApprovals(options: ApprovalsOptions): Approvals {
  const { store, writer, log } = options;
  return {
    request: (actor, input) => request(options, actor, input),
    get: (id) => toApproval(get(options, id)),
    rollback: (actor, input) => rollback(options, actor, input),
    list: (all) => {
      const rows = all ? store.newest(SHOWN) : store.pending();
      const orphans = rows.filter((row) => isOrphan(options, row));
      if (orphans.length > 0)
        failOrphans(options, orphans).catch((error: unknown) =>
          log.warn({ error }, "approvals were not failed"),
        );
      return rows.map((row) =>
        toApproval(orphans.includes(row) ? { ...row, status: "failed", note: STATE_DIR_MISSING } : row),
      );
    },
    approve: async (actor, id, note) => {
      mustBeOperator(actor, id);
      await failOrphans(
        options,
        [get(options, id)].filter((row) => isOrphan(options, row)),
      );
      const { row, operation } = await writer.write((tx) => leavePending(options, tx, { actor, id, note }));
      carryOut(options, row, operation);
      return toApproval(row);
    },
    deny: (actor, id, note) => {
      mustBeOperator(actor, id);
      return close(options, { actor, id, note, status: "denied" });
    },
    cancel: (actor, id) => {
      const row = get(options, id);
      if (actor.kind === "agent" && actor.name !== row.agent) {
        throw new HiveError(
          "forbidden",
          `approval "${id}" was asked for by "${row.agent}", not by "${actor.name}"`,
        );
      }
      return close(options, { actor, id, note: undefined, status: "cancelled" });
    },
    resume: () => resume(options),
  };
}

function get({ store }: ApprovalsOptions, id: bigint): ApprovalRow {
  const row = store.byId(id);
  if (row !== undefined) return row;
  throw new HiveError("not_found", `approval "${id}" does not exist`, { hint: "hivectl pending" });
}

/** An agent asks; only the operator decides. Doors keep agents away as well. */
function mustBeOperator(actor: Actor, id: bigint): void {
  if (actor.kind === "operator") return;
  throw new HiveError("forbidden", `approval "${id}" can be decided by the operator only`);
}

function mustHaveRoom(store: ApprovalStore, agent: string): void {
  if (store.pending().filter((row) => row.agent === agent).length < PENDING_MAX) return;
  throw new HiveError("limit", `${PENDING_MAX} requests of "${agent}" wait for the operator already`, {
    hint: "take some back with cancel_request, or wait",
  });
}

type Request = Parameters<Approvals["request"]>[1];

async function request(options: ApprovalsOptions, actor: Actor, input: Request): Promise<Approval> {
  if (actor.kind !== "agent" || !mayAsk(actor, input)) {
    throw new HiveError("forbidden", "only the manager asks for approvals about others", {
      hint: "ask the manager, or do it yourself if you are the operator",
    });
  }
  const { kind, description, lease_id, effect_key } = input;
  const { broker } = options;
  const once = { agent: actor.name, lease_id, effect_key, tool: `request_${kind}`, summary: description };
  // A repeat finds its first result, also where the check would now say "exists already".
  const before = effect_key === undefined ? undefined : await firstResult(broker, once);
  if (before !== undefined) return toApproval(get(options, BigInt(before.id)));
  mustHaveRoom(options.store, actor.name);
  const pinned = await pinOrRefuse(options, actor, input);
  const { id } = await broker.once(once, (tx) => insert(options, tx, { actor, input, pinned }));
  await remember(options, get(options, BigInt(id)));
  return toApproval(get(options, BigInt(id)));
}

interface Insert {
  readonly actor: Actor;
  readonly input: Pick<Request, "kind" | "description" | "commit_ref">;
  readonly pinned: Pinned;
}

function insert(options: ApprovalsOptions, tx: Tx, { actor, input, pinned }: Insert): { id: string } {
  const { kind, description, commit_ref = "" } = input;
  const { payload, fetched_sha } = pinned;
  checkRequest({ kind, payload }, options.services);
  mustHaveRoom(options.store, actorName(actor));
  const made = options.store.insert(tx, {
    agent: actorName(actor),
    kind,
    commit_ref: pinned.commit_ref ?? commit_ref,
    fetched_sha: fetched_sha ?? null,
    description,
    payload: JSON.stringify(payload),
    requested_at: options.clock.now(),
  });
  changed(options, tx, made);
  options.audit.append(tx, { actor, action: "request", target: `approval ${made}`, detail: { kind } });
  // Kept as JSON for the repeat: 64 bits do not fit into its numbers.
  return { id: String(made) };
}

/** Its approval is complete without it; the next start makes up for it. */
async function remember({ services, log }: ApprovalsOptions, row: ApprovalRow): Promise<void> {
  try {
    await rememberRequest({ ...row, payload: JSON.parse(row.payload) }, services);
  } catch (error) {
    log.warn({ error, approval: row.id }, "a request could not be noted in its repository");
  }
}

/** The operator asks and approves in one: it is stored, carried out and mended like any other. */
async function rollback(
  options: ApprovalsOptions,
  actor: Actor,
  { name, to }: Parameters<Approvals["rollback"]>[1],
): Promise<Approval> {
  const payload = await options.services.config.proposeRollback({ name, to });
  const pinned = { payload, commit_ref: `deployed/${to}`, fetched_sha: payload.sha };
  const description = `put configuration ${to} of agent "${name}" back`;
  const { row, operation } = await options.writer.write((tx) => {
    const { id } = insert(options, tx, { actor, input: { kind: "merge_config_pr", description }, pinned });
    mustBeOperator(actor, BigInt(id));
    return leavePending(options, tx, { actor, id: BigInt(id), note: undefined });
  });
  carryOut(options, row, operation);
  return toApproval(row);
}

function changed(options: ApprovalsOptions, tx: Tx, id: bigint): ApprovalRow {
  const row = get(options, id);
  options.timeline.append(tx, { type: "approval", approval: toApproval(row) });
  return row;
}

interface Decision {
  readonly actor: Actor;
  readonly id: bigint;
  readonly note: string | undefined;
}

/** pending → approved, with the operation: together or not at all. */
function leavePending(
  options: ApprovalsOptions,
  tx: Tx,
  { actor, id, note }: Decision,
): { row: ApprovalRow; operation: BegunOperation } {
  const before = get(options, id);
  if (before.status !== "pending") throw alreadyDecided(before);
  const operation = options.operations.begin(tx, before.kind, targetOf(before));
  const resolved_at = options.clock.now();
  const to = {
    status: "approved",
    resolved_at,
    resolved_by: actorTrace(actor),
    note: note ?? null,
    operation_id: operation.id,
    settled: 0,
  } as const;
  if (!options.store.resolve(tx, id, to)) throw alreadyDecided(before);
  options.audit.append(tx, {
    actor,
    action: "approve",
    target: `approval ${id}`,
    detail: { kind: before.kind },
  });
  return { row: changed(options, tx, id), operation };
}

function carryOut(options: ApprovalsOptions, row: ApprovalRow, operation: BegunOperation): void {
  const payload: unknown = JSON.parse(row.payload);
  void inBackground(options, row, operation, (op) =>
    resolveApproval(row.kind, payload, contextOf(options, row, op)),
  );
}

/** Stores how it ended; the work's error is why it failed. */
function inBackground(
  options: ApprovalsOptions,
  row: ApprovalRow,
  operation: BegunOperation,
  work: (op: OperationHandle) => Promise<void>,
): Promise<void> {
  let stopping: AbortSignal | undefined;
  const done = operation.start((op) => {
    stopping = op.signal;
    return work(op);
  });
  const end = async (): Promise<void> => {
    const { state, error = "it failed", hint } = await done;
    // Cut off by a shutdown: the next start looks at what became of it.
    if (state === "failed" && stopping?.aborted === true) return;
    const failure = hint === undefined ? error : `${error}; next: ${hint}`;
    await settle(options, row, state === "done" ? undefined : failure);
  };
  return end().catch((error: unknown) =>
    options.log.error({ error, approval: row.id }, "an approval was not settled"),
  );
}

function contextOf(
  { services }: ApprovalsOptions,
  { id, agent }: ApprovalRow,
  { signal, step, log }: Pick<ActionContext, "signal" | "step" | "log">,
): ActionContext {
  const actor = { kind: "agent", name: agent, manager: true } as const;
  return { ...services, actor, id, signal, step, log };
}

/** The action has ended: stored, shown, and told to who asked. */
async function settle(
  options: ApprovalsOptions,
  row: ApprovalRow,
  failure: string | undefined,
): Promise<void> {
  const { store, writer } = options;
  const end =
    failure === undefined ? { status: "approved", note: row.note } : { status: "failed", note: failure };
  await writer.write(
    (tx) => {
      if (!store.settle(tx, row.id, end as Pick<ApprovalRow, "status" | "note">)) return;
      changed(options, tx, row.id);
      if (failure !== undefined) auditFailure(options, tx, row.id, failure);
      const outcome =
        failure === undefined ? "was approved and is done" : `was approved but failed: ${failure}`;
      tell(options, tx, row, withNote(outcome, failure === undefined ? row.note : null));
    },
    { essential: true },
  );
}

function auditFailure({ audit }: ApprovalsOptions, tx: Tx, id: bigint, why: string): void {
  const actor = { kind: "system", part: "approvals" } as const;
  audit.append(tx, { actor, action: "fail", target: `approval ${id}`, detail: { why } });
}

function tell({ broker, services }: ApprovalsOptions, tx: Tx, row: ApprovalRow, outcome: string): void {
  if (!services.agents.has(row.agent)) return;
  const body = `Your request ${row.id} (${row.description}) ${outcome}.`;
  broker.enqueue(tx, { from: "system", to: row.agent, body, origin: "system" });
}

async function close(
  options: ApprovalsOptions,
  { actor, id, note, status }: Decision & { status: "denied" | "cancelled" },
): Promise<Approval> {
  return options.writer.write((tx) => {
    const before = get(options, id);
    if (before.status !== "pending") throw alreadyDecided(before);
    const resolved_at = options.clock.now();
    options.store.resolve(tx, id, {
      status,
      resolved_at,
      resolved_by: actorTrace(actor),
      note: note ?? null,
      operation_id: null,
      settled: 1,
    });
    const action = status === "denied" ? "deny" : "cancel";
    options.audit.append(tx, { actor, action, target: `approval ${id}` });
    if (actorName(actor) !== before.agent) tell(options, tx, before, withNote(`was ${status}`, note));
    return toApproval(changed(options, tx, id));
  });
}

function isOrphan({ stateDirExists }: ApprovalsOptions, { status, agent }: ApprovalRow): boolean {
  return status === "pending" && !stateDirExists(agent);
}

/** Kept for the record, never to be approved. */
async function failOrphans(options: ApprovalsOptions, rows: readonly ApprovalRow[]): Promise<void> {
  if (rows.length === 0) return;
  const resolved_at = options.clock.now();
  const note = STATE_DIR_MISSING;
  const over = { resolved_at, resolved_by: null, operation_id: null, settled: 1 } as const;
  const end = { status: "failed", note, ...over } as const;
  await options.writer.write((tx) => {
    for (const { id } of rows) {
      if (!options.store.resolve(tx, id, end)) continue;
      changed(options, tx, id);
      auditFailure(options, tx, id, note);
    }
  });
}

/** Mending may take as long as a build: it goes on as an operation, which can be watched. */
async function resume(options: ApprovalsOptions): Promise<{ ended: Promise<void> }> {
  const { store, writer } = options;
  const all: Promise<void>[] = [];
  for (const row of store.unsettled()) {
    const operation = await writer.write((tx) => {
      const begun = options.operations.begin(tx, row.kind, targetOf(row));
      store.mend(tx, row.id, begun.id);
      changed(options, tx, row.id);
      return begun;
    });
    const mended = inBackground(options, row, operation, async (op) => {
      op.step("finding out what became of it when the hive stopped");
      const failure = await recovered(options, row, op);
      if (failure !== undefined) throw new HiveError("cancelled", failure);
    });
    all.push(mended);
  }
  for (const row of store.pending()) await remember(options, row);
  return { ended: Promise.all(all).then(() => {}) };
}

/** Undefined when it had its effect, else why not. */
async function recovered(
  options: ApprovalsOptions,
  row: ApprovalRow,
  op: OperationHandle,
): Promise<string | undefined> {
  const since = row.resolved_at ?? row.requested_at;
  const context = { ...contextOf(options, row, op), since, cutOff: CUT_OFF };
  try {
    return await recoverApproval(row.kind, JSON.parse(row.payload), context);
  } catch (error) {
    op.signal.throwIfAborted();
    if (!(error instanceof HiveError))
      options.log.error({ error, approval: row.id }, "what became of it is not known");
    // A request of another version, or its repository is gone: nothing of it can be there.
    return CUT_OFF;
  }
}
