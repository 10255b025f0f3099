/** What was told over which channel, and what became of it. */
import type { Delivery } from "../../../wire/notify.ts";
import type { Tone } from "../../agent-view.ts";
import { shortTime, visible } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { Action } from "../../ui/action.tsx";
import { Age, Empty, Section, Word } from "../../ui/bits.tsx";

const TONES: Readonly<Record<Delivery["state"], Tone>> = {
  queued: "busy",
  sent: "good",
  failed: "bad",
  dropped: "off",
};

interface DeliveryLogProps {
  readonly deliveries: readonly Delivery[];
  readonly onReload: () => Promise<void>;
}

export function DeliveryLog({ deliveries, onReload }: DeliveryLogProps) {
  const reload = async (): Promise<undefined> => void (await onReload());
  return (
    <Section title="delivery log" note="newest first" aside={<Action work={reload}>reload</Action>}>
      {deliveries.length === 0 ? (
        <Empty command="hivectl notify log">
          nothing was told yet. what waits for you, and whether it reached you, appears here.
        </Empty>
      ) : (
        <ol class="deliveries">
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} />
          ))}
        </ol>
      )}
    </Section>
  );
}

function DeliveryRow({ delivery }: { readonly delivery: Delivery }) {
  const now = useHive().now.value;
  const { created_at, state, channel, place, title, reason, due_at } = delivery;
  const until = due_at === undefined ? "" : `, not before ${shortTime(due_at, now)}`;
  return (
    <li>
      <Age at={created_at} />
      <Word tone={TONES[state]}>{state}</Word>
      <span class="dim">
        {channel} · {place}
      </span>
      <span class="said">
        {visible(title)}
        {(reason !== undefined || until !== "") && (
          <span class="dim">
            {" "}
            · {reason ?? ""}
            {until}
          </span>
        )}
      </span>
    </li>
  );
}
