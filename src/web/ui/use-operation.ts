/** An operation as it goes on, for as long as somebody looks at it. */
import { useEffect, useState } from "preact/hooks";
import { subscribe } from "../../client/subscribe.ts";
import { type Operation, operationEndpoints } from "../../wire/operations.ts";
import { useHive } from "../hive.ts";
import { keepStream } from "../net/connection.ts";
import { type SeenOperation, seeFrame, UNSEEN } from "../operation-log.ts";

export function useOperation(id: string): SeenOperation {
  const hive = useHive();
  const [seen, setSeen] = useState(UNSEEN);
  useEffect(() => {
    setSeen(UNSEEN);
    const keeper = keepStream<Operation>({
      open: (signal, onStatus) =>
        toItsEnd(
          subscribe(hive.transport, operationEndpoints.watchOperation, { input: { id }, signal, onStatus }),
        ),
      onFrames: (frames) => setSeen((before) => frames.reduce(seeFrame, before)),
      onFinal: (error) => (error.code === "unauthorized" ? hive.refused() : hive.fail(error)),
    });
    return keeper.stop;
  }, [id, hive]);
  return seen;
}

async function* toItsEnd(
  frames: AsyncIterable<{ readonly operation: Operation }>,
): AsyncGenerator<Operation> {
  for await (const { operation } of frames) {
    yield operation;
    if (operation.state !== "running") return;
  }
}
