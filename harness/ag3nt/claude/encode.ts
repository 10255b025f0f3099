/** Lines for claude's stdin (`--input-format stream-json`). */

import type { Picture } from "../attachments.ts";

export function userLine(text: string, uuid: string, pictures: readonly Picture[] = []): string {
  const blocks = pictures.map((picture) => ({ type: "image", source: { type: "base64", ...picture } }));
  const content = blocks.length === 0 ? text : [{ type: "text", text }, ...blocks];
  return `${JSON.stringify({ type: "user", uuid, message: { role: "user", content } })}\n`;
}

export type ControlRequest =
  | { readonly subtype: "interrupt" }
  | { readonly subtype: "set_model"; readonly model: string }
  | { readonly subtype: "get_context_usage" };

export function controlLine(request: ControlRequest, requestId: string): string {
  return `${JSON.stringify({ type: "control_request", request_id: requestId, request })}\n`;
}
