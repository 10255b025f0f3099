/** 1NB0X: everything that waits for the human, in one list, and what was answered lately. */
import { approvalEndpoints } from "../../../wire/approvals.ts";
import { questionEndpoints } from "../../../wire/questions.ts";
import { plural } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { carriedOut, settledItems, type Waiting, waitingItems } from "../../inbox-view.ts";
import { Empty, Section } from "../../ui/bits.tsx";
import { useReveal } from "../../ui/use-reveal.ts";
import { AgentTrouble } from "./agent-trouble.tsx";
import { ApprovalItem } from "./approval-item.tsx";
import { ApprovalOutcome } from "./approval-outcome.tsx";
import { QuestionItem } from "./question-item.tsx";
import { SettledRow } from "./settled-row.tsx";

/** `asked`: the key of one thing (`a41` an approval, `q…` a question, `g…` an agent), from its address. */
export function InboxTab({ asked }: { readonly asked: string }) {
  const hive = useHive();
  const state = hive.state.value;
  const items = waitingItems(state);
  const now = hive.now.value;
  const running = carriedOut(state, now);
  const settled = settledItems(state, now);
  const known = [...items, ...settled].some(({ key }) => key === asked);
  const present = known || running.some(({ id }) => `a${id}` === asked);
  useReveal(present ? asked : "");
  return (
    <>
      {asked !== "" && !present && (
        <p class="banner calm" role="status">
          what this address names waits for nobody any more, and is not among the latest answers.
        </p>
      )}
      <Section
        title="waits for you"
        note={items.length === 0 ? undefined : `${plural(items.length, "thing")}, riskiest first`}
      >
        {items.length === 0 ? (
          <Empty command="hivectl pending">
            nothing waits for you. questions, approvals, missing logins and agents that gave up appear here
            and stay until somebody answers.
          </Empty>
        ) : (
          <ul class="waiting">
            {items.map((item) => (
              <li
                key={item.key}
                class={`item ${item.kind}`}
                data-key={item.key}
                data-place={item.key}
                tabIndex={-1}
              >
                <Item item={item} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      {running.length > 0 && (
        <Section title="being done" note="what you approved, with its log">
          <ul class="waiting">
            {running.map((approval) => (
              <li
                key={String(approval.id)}
                class="item approval under-way"
                data-key={`a${approval.id}`}
                data-place={`a${approval.id}`}
                tabIndex={-1}
              >
                <ApprovalOutcome approval={approval} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {settled.length > 0 && (
        <Section title="answered lately">
          <ul class="settled">
            {settled.map((item) => (
              <SettledRow key={item.key} item={item} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Item({ item }: { readonly item: Waiting }) {
  const hive = useHive();
  switch (item.kind) {
    case "approval": {
      const { id } = item.approval;
      return (
        <ApprovalItem
          approval={item.approval}
          onDiff={async () => (await hive.call(approvalEndpoints.approvalDiff, { id })).diff}
          onDecide={async (approved, note) => {
            const decide = approved ? approvalEndpoints.approve : approvalEndpoints.deny;
            await hive.call(decide, note === "" ? { id } : { id, note });
            return approved ? "approved: it runs now" : "denied; the agent is told";
          }}
        />
      );
    }
    case "question":
      return (
        <QuestionItem
          question={item.question}
          onAnswer={async (answer) => {
            await hive.call(questionEndpoints.answer, { id: item.question.id, answer });
            return `${item.question.from} has your answer`;
          }}
        />
      );
    case "agent":
      return <AgentTrouble agent={item.agent} />;
  }
}
