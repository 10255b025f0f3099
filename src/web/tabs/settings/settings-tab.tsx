/** S3TTINGS: how this browser, and the hive, tell you that something waits. */
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Output } from "../../../wire/endpoint.ts";
import { type Delivery, notifyEndpoints } from "../../../wire/notify.ts";
import { type Choice, ring, sound, titleBadge } from "../../attention.ts";
import { plural } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { Action } from "../../ui/action.tsx";
import { Section } from "../../ui/bits.tsx";
import { DeliveryLog } from "./delivery-log.tsx";
import { PushRow } from "./push-row.tsx";
import { Subscribers } from "./subscribers.tsx";

export type Setup = Output<typeof notifyEndpoints.notify>;

interface Loaded {
  readonly setup: Setup;
  readonly deliveries: readonly Delivery[];
}

export function SettingsTab() {
  const hive = useHive();
  const [loaded, setLoaded] = useState<Loaded | undefined>(undefined);
  const load = useCallback(async (): Promise<void> => {
    const [setup, { deliveries }] = await Promise.all([
      hive.call(notifyEndpoints.notify, {}),
      hive.call(notifyEndpoints.notifyDeliveries, { limit: 50 }),
    ]);
    setLoaded({ setup, deliveries });
  }, [hive]);
  useEffect(() => void load().catch(hive.fail), [load, hive]);
  return (
    <>
      <Section title="this browser" note="kept here, for this browser alone">
        <ul class="rows settings">
          <PushRow pushKey={loaded?.setup.push_key} loading={loaded === undefined} onChange={load} />
          <ChoiceRow choice={titleBadge} name="number in the title">
            how many things wait for you, in front of the page's title
          </ChoiceRow>
          <ChoiceRow choice={sound} name="sound" onEnable={ring}>
            two soft notes when something new waits, while a page is open
          </ChoiceRow>
        </ul>
      </Section>
      {loaded !== undefined && <HiveSetup setup={loaded.setup} onChange={load} />}
      {loaded !== undefined && <DeliveryLog deliveries={loaded.deliveries} onReload={load} />}
    </>
  );
}

interface ChoiceRowProps {
  readonly choice: Choice;
  readonly name: string;
  readonly onEnable?: () => void;
  readonly children: string;
}

function ChoiceRow({ choice, name, onEnable, children }: ChoiceRowProps) {
  return (
    <li class="setting">
      <label class="check">
        <input
          type="checkbox"
          checked={choice.on.value}
          onChange={(event) => {
            choice.choose(event.currentTarget.checked);
            if (event.currentTarget.checked) onEnable?.();
          }}
        />
        <strong>{name}</strong>
      </label>
      <span class="dim">{children}</span>
    </li>
  );
}

interface HiveSetupProps {
  readonly setup: Setup;
  readonly onChange: () => Promise<void>;
}

const LEVELS: Readonly<Record<string, string>> = {
  off: "nothing is told",
  urgent: "only what stands still or destroys",
  all: "everything that waits for a human",
};

function HiveSetup({ setup, onChange }: HiveSetupProps) {
  const hive = useHive();
  const { channels, level, quiet_hours: quiet, subscribers } = setup;
  const test = async (): Promise<string> => {
    const { deliveries } = await hive.call(notifyEndpoints.notifyTest, {});
    await onChange();
    const sent = deliveries.filter(({ state }) => state === "sent").length;
    if (deliveries.length === 0) return "there is nobody to tell yet: enable push here first";
    return sent === deliveries.length
      ? `sent: ${sent} of ${sent}`
      : `sent: ${sent} of ${deliveries.length}, see the log`;
  };
  return (
    <Section
      title="notifications"
      note={LEVELS[level] ?? level}
      aside={
        <Action work={test} weight="strong" disabled={channels.length === 0}>
          send a test
        </Action>
      }
    >
      <dl class="setup">
        <dt>channels</dt>
        <dd>
          {channels.length === 0 ? (
            <span class="dim">
              none: set up <code>notify</code> in the settings of the hive
            </span>
          ) : (
            channels.join(", ")
          )}
        </dd>
        <dt>quiet hours</dt>
        <dd>{quiet === undefined ? "none" : `${quiet.from} to ${quiet.to}, ${quiet.time_zone}`}</dd>
        <dt>browsers</dt>
        <dd>{subscribers.length === 0 ? "none yet" : plural(subscribers.length, "browser")}</dd>
      </dl>
      <Subscribers subscribers={subscribers} onChange={onChange} />
    </Section>
  );
}
