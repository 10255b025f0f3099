/** Lines in a box of their own that stays at its end while more come, until somebody scrolls up to read. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface LogProps {
  readonly label: string;
  /** Changes when lines came. */
  readonly count: number;
  readonly running: boolean;
  readonly children: ComponentChildren;
}

/** Half a line short of the end still is the end. */
const NEAR_PX = 12;

export function FollowingLog({ label, count, running, children }: LogProps) {
  const place = useRef<HTMLOListElement>(null);
  const [following, setFollowing] = useState(true);
  const toEnd = (): void => {
    const box = place.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  };
  useLayoutEffect(() => {
    if (following) toEnd();
  }, [count, following]);
  if (count === 0) return null;
  return (
    <div class="following-log">
      <ol
        class="op-log"
        ref={place}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        tabIndex={0}
        aria-label={label}
        onScroll={({ currentTarget: box }) =>
          setFollowing(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX)
        }
      >
        {children}
      </ol>
      {running && !following && (
        <button type="button" class="button plain follow" onClick={toEnd}>
          ↓ follow
        </button>
      )}
    </div>
  );
}
