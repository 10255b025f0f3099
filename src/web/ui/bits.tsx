/** The smallest parts: section header, empty state, age, state word, lights, badge, mark. */
import type { ComponentChildren } from "preact";
import { formatDuration } from "../../lib/duration.ts";
import type { Light, Tone } from "../agent-view.ts";
import { age, clockTime, day, since } from "../format.ts";
import { useHive } from "../hive.ts";

interface SectionProps {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Section({ title, note, aside, children }: SectionProps) {
  return (
    <section class="section">
      <header class="section-head">
        <h2>
          <span class="diamond" aria-hidden="true">
            ◆
          </span>{" "}
          {title}
        </h2>
        {note !== undefined && <span class="note">{note}</span>}
        {aside !== undefined && <div class="aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** Says what would be here, and how it comes to be. */
export function Empty({
  children,
  command,
}: {
  readonly children: ComponentChildren;
  readonly command?: string;
}) {
  return (
    <div class="empty">
      <p>{children}</p>
      {command !== undefined && (
        <p>
          <span class="prompt" aria-hidden="true">
            $
          </span>{" "}
          <code>{command}</code>
        </p>
      )}
    </div>
  );
}

/** "12s ago", moving; the exact time on hover. */
export function Age({ at, bare = false }: { readonly at: string; readonly bare?: boolean }) {
  const now = useHive().now.value;
  return (
    <time dateTime={at} title={`${day(at)} ${clockTime(at)}`}>
      {bare ? since(at, now) : age(at, now)}
    </time>
  );
}

/** How long it has taken, moving until it ended. */
export function Elapsed({ from, to }: { readonly from: string; readonly to: string | undefined }) {
  const now = useHive().now.value;
  const ms = (to === undefined ? now : Date.parse(to)) - Date.parse(from);
  return <span class="elapsed">{formatDuration(Math.max(0, ms))}</span>;
}

export function Word({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`word ${tone}`}>{children}</span>;
}

/** What is wanted, what is there, whether it can work: three lamps, each with its word. */
export function Lights({ lights }: { readonly lights: readonly Light[] }) {
  return (
    <ul class="lights" aria-label="expected, actual, able">
      {lights.map((light) => (
        <li key={light.name} class={light.tone} title={`${light.name}: ${light.text}`}>
          <i aria-hidden="true" />
          <span class="what">{light.name}</span>
          <span class="text">{light.text}</span>
        </li>
      ))}
    </ul>
  );
}

export function Badge({ n, tone = "warn" }: { readonly n: number; readonly tone?: Tone }) {
  if (n === 0) return null;
  return <span class={`badge ${tone}`}>{n > 99 ? "99+" : n}</span>;
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="outer" d="M16 1.5 28.6 8.75v14.5L16 30.5 3.4 23.25V8.75z" />
      <path class="inner" d="M16 8.2 22.8 12.1v7.8L16 23.8l-6.8-3.9v-7.8z" />
      <path class="core" d="M16 12.4 19.6 16 16 19.6 12.4 16z" />
    </svg>
  );
}

const PARTY_CLASS: Readonly<Record<string, string>> = { operator: "party me", system: "party sys" };

/** A name. Colours tell states, so all agents have the same one; only the reader and the hive itself stand out. */
export function Party({ name }: { readonly name: string }) {
  return <span class={PARTY_CLASS[name] ?? "party"}>{name === "operator" ? "you" : name}</span>;
}
