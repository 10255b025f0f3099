/** Lines for claude's stdin (`--input-format stream-json`). */

export function userLine(text: string, uuid: string): string {
  return `${JSON.stringify({ type: "user", uuid, message: { role: "user", content: text } })}\n`;
}

export type ControlRequest =
  | { readonly subtype: "interrupt" }
  | { readonly subtype: "set_model"; readonly model: string }
  | { readonly subtype: "get_context_usage" };

export function controlLine(request: ControlRequest, requestId: string): string {
  return `${JSON.stringify({ type: "control_request", request_id: requestId, request })}\n`;
}
