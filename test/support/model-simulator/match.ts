// Which rule answers a request: by content, never by order of requests. Pure.
import type { Conversation, ToolResult } from "./conversation.ts";
import type { Pattern, Range, Rule, When } from "./script.ts";

export type Match = {
  /** Groups of the rule's first regular expression: 0 is the whole, then by number and by name. */
  readonly groups: Readonly<Record<string, string>>;
  readonly toolResult: ToolResult | undefined;
};

type Found = Readonly<Record<string, string>> | undefined;

const find = (pattern: Pattern, text: string): Found => {
  if (pattern.regexp === undefined) return text.includes(pattern.source) ? {} : undefined;
  const found = pattern.regexp.exec(text);
  if (found === null) return undefined;
  const entries = [
    ...Object.entries({ ...found.groups }),
    ...found.map((group, index) => [String(index), group]),
  ];
  return Object.fromEntries(entries.map(([key, group]) => [key, group ?? ""]));
};

const inRange = (range: Range | undefined, value: number): boolean => {
  if (range === undefined) return true;
  if (typeof range === "number") return value === range;
  return value >= (range.min ?? 0) && value <= (range.max ?? Number.POSITIVE_INFINITY);
};

/** What a rule means when it says nothing: the first answer to a message, in the main conversation. */
const circumstancesFit = (when: When, conversation: Conversation): boolean => {
  const agent = when.agent;
  if (
    agent === "*" ? conversation.agent === undefined : agent !== undefined && agent !== conversation.agent
  ) {
    return false;
  }
  if ((when.subagent ?? false) !== conversation.subagent) return false;
  if ((when.compaction ?? false) !== conversation.compaction) return false;
  if (when.stream !== undefined && when.stream !== conversation.stream) return false;
  const anyStep = when.tool_result !== undefined || when.injected !== undefined || conversation.compaction;
  const step = when.step ?? (anyStep ? undefined : 0);
  return inRange(when.turn, conversation.turn) && inRange(step, conversation.step);
};

const findToolResult = (
  when: When,
  conversation: Conversation,
): (Match & { readonly fits: true }) | undefined => {
  const wanted = when.tool_result;
  if (wanted === undefined) {
    return { fits: true, groups: {}, toolResult: conversation.toolResults.at(-1) };
  }
  for (const result of conversation.toolResults) {
    if (wanted === true) return { fits: true, groups: {}, toolResult: result };
    if (wanted.tool !== undefined && wanted.tool !== result.tool) continue;
    if (wanted.is_error !== undefined && wanted.is_error !== result.isError) continue;
    const groups = wanted.contains === undefined ? {} : find(wanted.contains, result.text);
    if (groups !== undefined) return { fits: true, groups, toolResult: result };
  }
  return undefined;
};

export const matchWhen = (when: When, conversation: Conversation): Match | undefined => {
  if (!circumstancesFit(when, conversation)) return undefined;
  if (when.not_history !== undefined && find(when.not_history, conversation.history) !== undefined)
    return undefined;
  const result = findToolResult(when, conversation);
  if (result === undefined) return undefined;
  const texts: readonly (readonly [Pattern | undefined, string])[] = [
    [when.history, conversation.history],
    [when.system, conversation.system],
    [when.model, conversation.model],
    [when.injected, conversation.injected],
  ];
  const found = texts.map(([pattern, text]) => (pattern === undefined ? {} : find(pattern, text)));
  const typed = when.last_user === undefined ? {} : find(when.last_user, conversation.lastUser);
  if (typed === undefined || found.includes(undefined)) return undefined;
  const groups = [typed, result.groups, ...found].find(
    (each) => each !== undefined && Object.keys(each).length > 0,
  );
  return { groups: groups ?? {}, toolResult: result.toolResult };
};

export type Chosen = { readonly index: number; readonly rule: Rule; readonly match: Match };

/** The first rule that fits and is not used up. `uses[i]`: how often rule i has answered. */
export const chooseRule = (
  rules: readonly Rule[],
  uses: readonly number[],
  conversation: Conversation,
): Chosen | undefined => {
  for (const [index, rule] of rules.entries()) {
    if (rule.times !== undefined && (uses[index] ?? 0) >= rule.times) continue;
    const match = matchWhen(rule.when, conversation);
    if (match !== undefined) return { index, rule, match };
  }
  return undefined;
};
