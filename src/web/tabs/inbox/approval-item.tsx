/** An approval with everything that would be done. */
import { useState } from "preact/hooks";
import type { Approval } from "../../../wire/approvals.ts";
import { kindWords } from "../../../wire/kind-words.ts";
import { requestFacts } from "../../../wire/spawn-facts.ts";
import { visible } from "../../format.ts";
import { Review } from "../../review/review.tsx";
import { Action } from "../../ui/action.tsx";
import { Age, Party } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";
import { useCommenting } from "./use-commenting.ts";

interface ApprovalProps {
  readonly approval: Approval;
  /** Everything that would change, where the approval itself does not carry it. */
  readonly onDiff: () => Promise<string>;
  readonly onDecide: (approved: boolean, note: string) => Promise<string>;
}

export function ApprovalItem({ approval, onDiff, onDecide }: ApprovalProps) {
  const [note, setNote] = useState("");
  return (
    <>
      <header>
        <span class="kind">approve?</span>
        <strong>{kindWords(approval.kind)}</strong>
        <span class="dim">
          asked by <Party name={approval.agent} /> <Age at={approval.requested_at} />
          {" · "}
          <Link to={{ page: "dashboard", tab: "inbox", detail: `a${approval.id}` }} class="place-link">
            #{String(approval.id)}
          </Link>
        </span>
      </header>
      {approval.description !== undefined && <p class="ask">{visible(approval.description)}</p>}
      {isChange(approval) ? <Change approval={approval} onDiff={onDiff} /> : <Payload approval={approval} />}
      <div class="answer-row">
        <input
          aria-label="note to the agent"
          placeholder="note (optional)"
          value={note}
          maxLength={2000}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <Action work={() => onDecide(false, note)} weight="plain">
          deny
        </Action>
        <Action work={() => onDecide(true, note)} weight={approval.kind === "destroy" ? "danger" : "strong"}>
          approve
        </Action>
      </div>
    </>
  );
}

function isChange({ payload }: Approval): boolean {
  return typeof payload?.["stat"] === "string" && typeof payload["sha"] === "string";
}

/** A change of a configuration: which commit, and each of its lines. */
function Change({ approval, onDiff }: Pick<ApprovalProps, "approval" | "onDiff">) {
  const { agent, sha, subject, stat, diff: carried } = approval.payload ?? {};
  const commenting = useCommenting(approval);
  const [diff, setDiff] = useState(typeof carried === "string" ? carried : undefined);
  return (
    <>
      <p class="dim">
        agent <strong>{String(agent)}</strong> · <code>{String(sha).slice(0, 12)}</code> ·{" "}
        {visible(String(subject))}
      </p>
      <pre class="stat">{visible(String(stat))}</pre>
      {diff === undefined ? (
        <Action
          work={async () => {
            setDiff(await onDiff());
            return undefined;
          }}
          weight="plain"
        >
          show every line
        </Action>
      ) : (
        <Review diff={diff} commenting={commenting} />
      )}
    </>
  );
}

function Payload({ approval }: { readonly approval: Approval }) {
  const ref = approval.commit_ref === "" ? [] : ([["ref", approval.commit_ref]] as const);
  const entries = [...ref, ...requestFacts(approval.kind, approval.payload ?? {})];
  if (entries.length === 0) return null;
  return (
    <dl class="payload">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd>{show(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function show(value: unknown): string {
  return visible(typeof value === "string" ? value : JSON.stringify(value, null, 2));
}
