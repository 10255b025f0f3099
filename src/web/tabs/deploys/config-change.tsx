/** What changed from one configuration to another, asked for when somebody looks. */
import { useEffect, useState } from "preact/hooks";
import { configEndpoints } from "../../../wire/config.ts";
import type { HiveError } from "../../../wire/errors.ts";
import { visible } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { asError } from "../../net/connection.ts";
import { Review } from "../../review/review.tsx";
import { Refusal } from "../../ui/refusal.tsx";

interface ChangeProps {
  readonly agent: string;
  readonly from: string;
  readonly to: string;
}

interface Change {
  readonly stat: string;
  readonly diff: string;
}

export function ConfigChange({ agent, from, to }: ChangeProps) {
  const hive = useHive();
  const [change, setChange] = useState<Change | undefined>(undefined);
  const [error, setError] = useState<HiveError | undefined>(undefined);
  useEffect(() => {
    hive
      .call(configEndpoints.configDiff, { name: agent, from, to })
      .then(setChange)
      .catch((thrown: unknown) => setError(asError(thrown)));
  }, [hive, agent, from, to]);
  if (error !== undefined) return <Refusal error={error} />;
  if (change === undefined) return <p class="dim">asking the hive…</p>;
  if (change.diff === "") return <p class="dim">nothing: the files are the same.</p>;
  return (
    <div class="config-change">
      <pre class="stat">{visible(change.stat)}</pre>
      <Review diff={change.diff} />
    </div>
  );
}
