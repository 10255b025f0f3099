/** What a line of claude means: for the journal, for who watches, and for the turn. Made by decode.ts. */
import type { JournalData, JournalDelta } from "../../../src/wire/journal.ts";
import type { ResultLine } from "./lines.ts";

export type ClaudeSignal =
  | {
      readonly kind: "init";
      readonly session_id: string;
      readonly model?: string | undefined;
      readonly version?: string | undefined;
      readonly servers: readonly { readonly name: string; readonly status: string }[];
    }
  /** claude took this line of ours in. */
  | { readonly kind: "replay"; readonly uuid: string }
  | { readonly kind: "tool_start"; readonly id: string; readonly name: string }
  | { readonly kind: "tool_end"; readonly id: string }
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "context"; readonly tokens: number }
  /** An error of the model's API: `authentication_failed`, `rate_limit`, `overloaded`, … */
  | { readonly kind: "api_error"; readonly error: string; readonly text: string; readonly final: boolean }
  | { readonly kind: "rate_limit"; readonly until_ms?: number | undefined; readonly text: string }
  | {
      readonly kind: "control";
      readonly request_id: string;
      readonly ok: boolean;
      readonly error?: string | undefined;
    }
  | { readonly kind: "result"; readonly result: ResultLine };

export interface Decoded {
  readonly journal: readonly JournalData[];
  readonly signals: readonly ClaudeSignal[];
  readonly delta?: JournalDelta;
}
