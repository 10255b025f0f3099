/** The browsers that get web push, each of which can be removed from here. */
import { notifyEndpoints, type PushSubscriber } from "../../../wire/notify.ts";
import { useHive } from "../../hive.ts";
import { Action } from "../../ui/action.tsx";
import { Age } from "../../ui/bits.tsx";

interface SubscribersProps {
  readonly subscribers: readonly PushSubscriber[];
  readonly onChange: () => Promise<void>;
}

export function Subscribers({ subscribers, onChange }: SubscribersProps) {
  const hive = useHive();
  if (subscribers.length === 0) return null;
  const remove = (id: string) => async (): Promise<string> => {
    await hive.call(notifyEndpoints.notifyUnsubscribe, { id });
    await onChange();
    return "that browser is told no more";
  };
  return (
    <ul class="rows settings">
      {subscribers.map(({ id, place, user_agent, created_at, last_sent_at }) => (
        <li key={id} class="setting">
          <span>{user_agent === "" ? "a browser" : user_agent}</span>
          <span class="dim">
            by {place}, since <Age at={created_at} />
            {last_sent_at !== undefined && (
              <>
                , told <Age at={last_sent_at} />
              </>
            )}
          </span>
          <Action work={remove(id)} label={`remove ${user_agent}`}>
            remove
          </Action>
        </li>
      ))}
    </ul>
  );
}
