/** Approvals: what is asked for, in full, because a decision hangs on it. */

import type { Approval, approvalEndpoints } from "../../wire/approvals.ts";
import { deciderWords } from "../../wire/decider.ts";
import type { Output } from "../../wire/endpoint.ts";
import { stringifyJson } from "../../wire/json.ts";
import { kindWords } from "../../wire/kind-words.ts";
import { type Fact, requestFacts } from "../../wire/spawn-facts.ts";
import { clean, cleanLine, indent, wrap } from "./clean.ts";
import { printDiff } from "./config.ts";
import type { Tone } from "./paint.ts";
import { age, type View } from "./view.ts";

const TONES: Readonly<Record<string, Tone>> = {
  pending: "warn",
  approved: "good",
  denied: "dim",
  failed: "bad",
  cancelled: "dim",
};

export function printApprovals(approvals: readonly Approval[], view: View): string {
  if (approvals.length === 0) return "nothing waits for your decision";
  return approvals.map((approval) => printApproval(approval, view)).join("\n\n");
}

function printApproval(approval: Approval, view: View): string {
  const { paint, width } = view;
  const { status } = approval;
  const when = age(
    status === "pending" ? approval.requested_at : (approval.resolved_at ?? approval.requested_at),
    view,
  );
  const head = [
    paint("bold", `#${approval.id}`),
    paint("accent", cleanLine(kindWords(approval.kind))),
    `asked by ${cleanLine(approval.agent)}`,
    paint(TONES[status] ?? "plain", cleanLine(status)),
    paint("dim", when),
  ].join("  ");
  const text =
    approval.description === undefined ? [] : wrap(clean(approval.description), Math.min(width, 100) - 2);
  const ref = approval.commit_ref === "" ? [] : [`${paint("dim", "ref")} ${cleanLine(approval.commit_ref)}`];
  const change = changeOf(approval);
  const facts = requestFacts(approval.kind, approval.payload ?? {});
  const payload = change ?? factLines(facts, width);
  const by =
    approval.resolved_by === undefined
      ? []
      : [
          `${paint("dim", status === "failed" ? "decided by" : `${cleanLine(status)} by`)} ${cleanLine(deciderWords(approval.resolved_by))}`,
        ];
  const note = approval.note === undefined ? [] : [`${paint("dim", "note")} ${cleanLine(approval.note)}`];
  const operation =
    approval.operation_id === undefined
      ? []
      : [paint("dim", `hivectl operation show ${approval.operation_id}`)];
  const decide =
    status === "pending"
      ? [paint("dim", `hivectl approve ${approval.id}   or   hivectl deny ${approval.id}`)]
      : [];
  return `${head}\n${indent([...text, ...ref, ...payload, ...by, ...note, ...operation, ...decide], "  ")}`.trimEnd();
}

/** A change of a configuration: its size here, its lines by `approval show`. */
function changeOf({ id, payload }: Approval): string[] | undefined {
  const { stat, subject, sha, agent } = payload ?? {};
  if (typeof stat !== "string" || typeof sha !== "string") return undefined;
  const head = `agent ${cleanLine(String(agent))}, commit ${cleanLine(sha).slice(0, 12)}: ${cleanLine(String(subject))}`;
  return [head, ...clean(stat).split("\n"), `hivectl approval show ${id}`];
}

type Whole = Output<(typeof approvalEndpoints)["approvalDiff"]>;

export function printApprovalDiff({ approval, ...change }: Whole, view: View): string {
  const head = printApproval(approval, view);
  return change.diff === "" ? head : `${head}\n\n${printDiff(change, view)}`;
}

/** A text of several lines is shown as such, anything else as JSON. */
function factLines(facts: readonly Fact[], width: number): string[] {
  return facts.flatMap(([name, value]) => {
    const text = typeof value === "string" ? clean(value) : stringifyJson(value);
    const [first = "", ...more] = wrap(text, Math.min(width, 100) - 4 - name.length);
    return more.length === 0
      ? [`${cleanLine(name)}: ${first}`]
      : [`${cleanLine(name)}:`, ...wrap(text, Math.min(width, 100) - 4).map((line) => `  ${line}`)];
  });
}

interface Decided {
  readonly approval: Approval | undefined;
  readonly view: View;
  /** Its operation is shown right after. */
  readonly follows?: boolean;
}

export function printDecided(done: string, id: string, { approval, view, follows = false }: Decided): string {
  if (approval === undefined) return `${done} #${id}`;
  const kind = cleanLine(kindWords(approval.kind));
  const what = `${done} #${approval.id}: ${kind} for ${cleanLine(approval.agent)}`;
  if (approval.status === "failed") {
    return `${view.paint("bad", "failed")} #${approval.id}: ${cleanLine(approval.note ?? "no reason is known")}`;
  }
  return approval.operation_id === undefined || follows
    ? what
    : `${what}; hivectl operation follow ${approval.operation_id}`;
}
