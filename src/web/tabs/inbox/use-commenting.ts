/** Comments on the lines of a request: messages of the operator to the agent that asked. */
import { useMemo } from "preact/hooks";
import type { Approval } from "../../../wire/approvals.ts";
import { messageEndpoints } from "../../../wire/messages.ts";
import { useHive } from "../../hive.ts";
import { commentBody, commentsOn } from "../../review/line-comment.ts";
import type { Commenting } from "../../review/line-view.tsx";

/** Undefined where the one that asked is no agent, or is gone. */
export function useCommenting({ id, agent }: Approval): Commenting | undefined {
  const hive = useHive();
  const { agents, messages } = hive.state.value;
  const said = useMemo(() => commentsOn(id, messages.values()), [id, messages]);
  if (!agents.has(agent)) return undefined;
  return {
    to: agent,
    said,
    draftOf: (place) => `comment-${id}-${place}`,
    send: async (path, line, text, idempotency_key) => {
      const body = commentBody({ approval: id, path, line, text });
      await hive.call(messageEndpoints.send, { to: agent, body, idempotency_key });
      return `${agent} gets your comment`;
    },
  };
}
