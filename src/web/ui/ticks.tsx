/** A message's way: queued, delivered, read, handled. Four small marks, the word, and the times when opened. */
import type { Message } from "../../wire/messages.ts";
import { clockTime } from "../format.ts";

const STEPS = ["queued", "delivered", "read", "handled"] as const;

type Delivery = Pick<
  Message,
  | "state"
  | "reason"
  | "redelivered"
  | "created_at"
  | "delivered_at"
  | "read_at"
  | "handled_at"
  | "deliver_after"
>;

export function Ticks({ message }: { readonly message: Delivery }) {
  const times = timesOf(message);
  const reached =
    message.state === "failed" ? times.filter(Boolean).length : STEPS.indexOf(message.state) + 1;
  const told = STEPS.flatMap((step, i) => (times[i] === undefined ? [] : [`${step} ${clockTime(times[i])}`]));
  return (
    <details class={`ticks ${message.state}`}>
      <summary title={told.join(" · ")} aria-label={`${message.state}: show the times`}>
        <span class="pips" aria-hidden="true">
          {STEPS.map((step, i) => (
            <i key={step} class={i < reached ? "on" : ""} />
          ))}
        </span>
        {message.state}
      </summary>
      <ol>
        {told.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {message.deliver_after !== undefined && message.state === "queued" && (
          <li>not before {clockTime(message.deliver_after)}</li>
        )}
        {message.redelivered > 0 && <li>given out {message.redelivered + 1} times</li>}
        {message.reason !== undefined && <li class="reason">{message.reason}</li>}
      </ol>
    </details>
  );
}

function timesOf(message: Delivery): readonly (string | undefined)[] {
  return [message.created_at, message.delivered_at, message.read_at, message.handled_at];
}
