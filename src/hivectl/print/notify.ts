/** Notifications: how they are set up, and what became of each. */
import type { Output } from "../../wire/endpoint.ts";
import type { Delivery, notifyEndpoints } from "../../wire/notify.ts";
import { cleanLine } from "./clean.ts";
import type { Tone } from "./paint.ts";
import { type Cell, facts, table } from "./table.ts";
import { age, shortAge, type View } from "./view.ts";

const TONES: Readonly<Record<Delivery["state"], Tone>> = {
  queued: "warn",
  sent: "good",
  failed: "bad",
  dropped: "dim",
};

export function printDeliveries(deliveries: readonly Delivery[], view: View, empty: string): string {
  if (deliveries.length === 0) return empty;
  const rows = deliveries.map((one): Cell[] => [
    shortAge(one.created_at, view),
    { text: one.state, tone: TONES[one.state] },
    cleanLine(one.channel),
    cleanLine(one.place),
    cleanLine(one.reason === undefined ? one.title : `${one.title}: ${one.reason}`),
  ]);
  return table(rows, {
    head: ["AGE", "STATE", "BY", "TO", "WHAT"],
    width: view.width,
    paint: view.paint,
    shrink: [3],
  });
}

export function printNotify(setup: Output<(typeof notifyEndpoints)["notify"]>, view: View): string {
  const { channels, level, quiet_hours: quiet, subscribers } = setup;
  const browsers = subscribers.map(
    ({ place, user_agent, created_at }) =>
      `${cleanLine(place)}  ${age(created_at, view)}  ${cleanLine(user_agent)}`,
  );
  return facts(
    [
      [
        "channels",
        channels.length === 0 ? { text: "none is set up", tone: "warn" } : cleanLine(channels.join(", ")),
      ],
      ["level", cleanLine(level)],
      ["quiet", quiet === undefined ? "" : cleanLine(`${quiet.from} to ${quiet.to}, ${quiet.time_zone}`)],
      ...browsers.map((text, at) => [at === 0 ? "browsers" : "", text] as const),
    ],
    view.paint,
  );
}
