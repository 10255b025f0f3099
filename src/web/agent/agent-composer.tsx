/** Writing to this agent as the operator; what is under way stays in sight until a turn took it in. */
import { useState } from "preact/hooks";
import { harnessEndpoints } from "../../wire/journal.ts";
import { messageEndpoints } from "../../wire/messages.ts";
import { oneLine } from "../format.ts";
import { useHive } from "../hive.ts";
import { UrgentToggle } from "../tabs/messages/compose.tsx";
import { Composer } from "../ui/composer.tsx";
import { Ticks } from "../ui/ticks.tsx";
import { AttachButton, AttachedList, useAttachments } from "./attachments.tsx";
import type { Journal } from "./journal.ts";

interface ComposerProps {
  readonly name: string;
  readonly journal: Journal;
}

export function AgentComposer({ name, journal }: ComposerProps) {
  const hive = useHive();
  const [urgent, setUrgent] = useState(false);
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const draft = hive.draft(`to-${name}`);
  const own = hive.mode === "harness";
  const attachments = useAttachments(name);
  const send = async (text: string): Promise<string | undefined> => {
    const lines = attachments.lines();
    const body = lines === "" ? text : `${text}\n\n${lines}`;
    const fields = {
      body,
      priority: urgent ? ("urgent" as const) : ("normal" as const),
      idempotency_key: draft.key(),
    };
    const id = own
      ? (await hive.call(harnessEndpoints.send, fields)).id
      : ((await hive.call(messageEndpoints.send, { to: name, ...fields })).ids[0] ?? "");
    setUrgent(false);
    attachments.clear();
    setSent([...sent.slice(-4), { id, body }]);
    return own ? "stored" : undefined;
  };
  return (
    <footer class="agent-foot">
      <div class="foot-inner">
        {own ? <OwnSent sent={sent} journal={journal} /> : <HiveSent name={name} sent={sent} />}
        <AttachedList attachments={attachments} />
        <Composer
          disabled={attachments.busy}
          onFiles={attachments.add}
          draft={draft}
          label={`message to ${name}`}
          placeholder={`write to ${name}`}
          send={send}
          tools={
            <>
              <AttachButton attachments={attachments} />
              <UrgentToggle on={urgent} onChange={setUrgent} />
            </>
          }
        />
      </div>
    </footer>
  );
}

interface Sent {
  readonly id: string;
  readonly body: string;
}

const SHOWN = 4;
/** A handled message stays in sight for a moment, so that its last mark is seen. */
const LINGER_MS = 20_000;

/** Messages of the operator that wait or are being worked on, and those just sent from here. */
function HiveSent({ name, sent }: { readonly name: string; readonly sent: readonly Sent[] }) {
  const hive = useHive();
  const recent = new Set(sent.slice(-1).map(({ id }) => id));
  const under = [...hive.state.value.messages.values()].filter(
    (message) =>
      message.from === "operator" &&
      message.to === name &&
      ((recent.has(message.id) &&
        hive.now.value < Date.parse(message.handled_at ?? message.created_at) + LINGER_MS) ||
        (message.state !== "handled" && message.state !== "failed")),
  );
  if (under.length === 0) return null;
  return (
    <ul class="sent" aria-label="your messages under way">
      {under.slice(-SHOWN).map((message) => (
        <li key={message.id} data-message={message.id}>
          <span class="grow">{oneLine(message.body, 100)}</span>
          <Ticks message={message} />
        </li>
      ))}
    </ul>
  );
}

/** At the agent's own port the journal tells when a message was taken in. */
function OwnSent({ sent, journal }: { readonly sent: readonly Sent[]; readonly journal: Journal }) {
  const read = new Set(
    journal.transcript.value.events.flatMap(({ data }) => {
      if (data.kind === "turn_start") return data.messages.map(({ id }) => id);
      return data.kind === "message_in" ? [data.id] : [];
    }),
  );
  const waiting = sent.filter(({ id }) => !read.has(id));
  if (waiting.length === 0) return null;
  return (
    <ul class="sent" aria-label="your messages under way">
      {waiting.map(({ id, body }) => (
        <li key={id}>
          <span class="grow">{oneLine(body, 100)}</span>
          <span class="dim">stored, waits</span>
        </li>
      ))}
    </ul>
  );
}
