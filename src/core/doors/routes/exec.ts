/** Handler of programs that the operator runs beside an agent. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { execEndpoints } from "../../../wire/exec.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

/** Both streams fit a line of the socket, also when each byte of them has to be escaped. */
const KEPT_BYTES = 80 * 1024;

export function execRoutes({
  agents,
  control,
  lifecycle,
}: OperatorServices): Handlers<typeof execEndpoints, OperatorContext> {
  return {
    exec: async ({ name, argv, timeout_seconds }, { actor }) => {
      agents.get(name);
      // First: what was done must be known, also when the daemon ends on the way.
      await control.noted(actor, name, { argv: argv.slice(0, 20).map((word) => word.slice(0, 200)) });
      const ran = await lifecycle.exec(name, argv, {
        timeoutMs: timeout_seconds * 1000,
        maxOutput: KEPT_BYTES,
      });
      const { code, signal, stdout, stderr, truncated, timedOut } = ran;
      return { exit_code: code, signal, stdout, stderr, truncated, timed_out: timedOut };
    },
  };
}
