/** Everything the palette leads to: what waits, tabs, agents and what can be done to them. */

import { kindWords } from "../../wire/kind-words.ts";
import { actionsFor } from "../agent-actions.ts";
import { byRole, viewAgent } from "../agent-view.ts";
import { oneLine } from "../format.ts";
import type { Hive } from "../hive.ts";
import { type Waiting, waitingItems } from "../inbox-view.ts";
import type { Route, Tab } from "../net/place.ts";
import type { Work } from "../ui/action.tsx";

export interface Entry {
  readonly key: string;
  readonly group: "waits for you" | "go to" | "agents" | "do" | "found";
  readonly name: string;
  /** Beside the name. */
  readonly note: string;
  readonly act: { readonly go: Route } | { readonly work: Work };
}

export const TAB_NAMES: Readonly<Record<Tab, { readonly name: string; readonly plain: string }>> = {
  swarm: { name: "SW4RM", plain: "agents" },
  inbox: { name: "1NB0X", plain: "waits for you" },
  messages: { name: "M3SS4GES", plain: "conversations" },
  schedule: { name: "SCH3DULE", plain: "later" },
  deploys: { name: "D3PLOYS", plain: "configs" },
  log: { name: "L0G", plain: "history" },
  settings: { name: "S3TTINGS", plain: "settings" },
};

const at = (tab: Tab, detail = ""): { go: Route } => ({ go: { page: "dashboard", tab, detail } });

export function paletteEntries(hive: Hive): Entry[] {
  const state = hive.state.value;
  return [
    ...waitingItems(state).map(waitingEntry),
    ...tabEntries(),
    ...[...state.agents.values()].sort(byRole).flatMap((agent) => {
      const view = viewAgent(agent, hive.now.peek());
      const key = `agent ${agent.name}`;
      return [
        {
          ...{
            key,
            group: "agents" as const,
            name: agent.name,
            note: oneLine(`${view.word} ${view.line}`, 70),
          },
          act: { go: { page: "agent" as const, name: agent.name } },
        },
      ];
    }),
    ...generalActions(hive),
    ...[...state.agents.values()].sort(byRole).flatMap((agent) => agentActions(hive, agent.name)),
  ];
}

function waitingEntry(item: Waiting): Entry {
  const act = at("inbox", item.key);
  const shared = { key: item.key, group: "waits for you", act } as const;
  switch (item.kind) {
    case "approval": {
      const { id, kind, agent, description } = item.approval;
      return {
        ...shared,
        name: `approve? ${kindWords(kind)} #${id}`,
        note: oneLine(description ?? agent, 80),
      };
    }
    case "question":
      return { ...shared, name: `answer ${item.question.from}`, note: oneLine(item.question.question, 80) };
    case "agent":
      return { ...shared, name: `${item.agent.name} is stuck`, note: oneLine(item.agent.reason ?? "", 80) };
  }
}

function tabEntries(): Entry[] {
  return (Object.keys(TAB_NAMES) as Tab[]).map((tab) => ({
    ...{ key: `tab ${tab}`, group: "go to", name: tab, note: TAB_NAMES[tab].plain },
    act: at(tab),
  }));
}

function generalActions(hive: Hive): Entry[] {
  const list: readonly (readonly [name: string, note: string, act: Entry["act"]])[] = [
    ["spawn an agent", "a new agent", at("swarm", "spawn")],
    ["write to any or all", "a message", at("messages", "all")],
    [
      "log out",
      "of this browser",
      {
        work: async () => {
          hive.credentials.forget();
          return undefined;
        },
      },
    ],
  ];
  return list.map(([name, note, act]) => ({ key: `do ${name}`, group: "do", name, note, act }));
}

function agentActions(hive: Hive, name: string): Entry[] {
  const agent = hive.state.value.agents.get(name);
  if (agent === undefined) return [];
  return [
    {
      key: `write ${name}`,
      group: "do",
      name: `write to ${name}`,
      note: "your conversation",
      act: at("messages", name),
    },
    {
      key: `deploys ${name}`,
      group: "do",
      name: `configuration of ${name}`,
      note: "deploys",
      act: at("deploys", name),
    },
    ...actionsFor(hive, agent).map(
      (action): Entry => ({
        ...{ key: `${action.name} ${name}`, group: "do", name: `${action.name} ${name}`, note: action.title },
        act: { work: action.work },
      }),
    ),
  ];
}
