/** A link inside the hive: a real address (deep link, middle click), followed without loading the page again. */
import type { ComponentChildren } from "preact";
import { useHive } from "../hive.ts";
import type { Route } from "../net/place.ts";

interface LinkProps {
  readonly to: Route;
  readonly class?: string;
  readonly current?: boolean;
  readonly label?: string;
  readonly children: ComponentChildren;
}

export function Link({ to, class: className, current, label, children }: LinkProps) {
  const hive = useHive();
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    hive.go(to);
  };
  return (
    <a
      href={hive.url(to)}
      class={className}
      aria-current={current === true ? "page" : undefined}
      aria-label={label}
      onClick={follow}
    >
      {children}
    </a>
  );
}
