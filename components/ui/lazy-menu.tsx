"use client";
import { lazy, Suspense, useState, type ComponentType, type ReactElement } from "react";

/** A menu around its trigger, open as soon as it is there. */
export type LazyMenuProps<Props> = Props & { trigger: ReactElement; defaultOpen: boolean };

type TriggerProps = { onClick?: () => void; onPointerEnter?: () => void; onFocus?: () => void };

/**
 * A menu whose code is fetched when a person is about to open it. Until then only its trigger is on the page, which has
 * to be the same element that the menu gets.
 */
export function lazyMenu<Props extends object>(
  load: () => Promise<ComponentType<LazyMenuProps<Props>>>,
) {
  const Menu = lazy(async () => ({ default: await load() }));
  return function LazyMenu(
    props: Props & { renderTrigger: (triggers: TriggerProps) => ReactElement },
  ) {
    const { renderTrigger, ...rest } = props;
    const [isWanted, setWanted] = useState(false);
    const closed = renderTrigger({
      onClick: () => setWanted(true),
      onPointerEnter: () => void load(),
      onFocus: () => void load(),
    });
    if (!isWanted) return closed;
    const menuProps = { ...rest, trigger: renderTrigger({}), defaultOpen: true };
    return (
      <Suspense fallback={closed}>
        <Menu {...(menuProps as unknown as LazyMenuProps<Props>)} />
      </Suspense>
    );
  };
}
