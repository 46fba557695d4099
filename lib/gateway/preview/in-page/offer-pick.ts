/* oxlint-disable unicorn/consistent-function-scoping -- The function is sent as its text: all it needs is in it. */
import type { PreviewMessage } from "@/lib/protocol/preview-messages";

/**
 * Runs in a previewed page: while the dashboard asks for it, the element under the pointer is framed, and a click names
 * it to the dashboard instead of doing what it does. It stands alone, since only its text is sent.
 */
export function offerPick(send: (message: PreviewMessage) => void, origin: string): void {
  let frame: HTMLElement | null = null;

  const selectorOf = (element: Element): string => {
    const steps: string[] = [];
    for (let at: Element | null = element; at && steps.length < 6; at = at.parentElement) {
      if (at.id) return [`#${CSS.escape(at.id)}`, ...steps].join(" > ");
      const name = at.localName;
      const alike = [...(at.parentElement?.children ?? [])].filter((one) => one.localName === name);
      steps.unshift(alike.length > 1 ? `${name}:nth-of-type(${alike.indexOf(at) + 1})` : name);
    }
    return steps.join(" > ");
  };
  const move = (event: Event) => {
    if (!frame || !(event.target instanceof Element)) return;
    const { left, top, width, height } = event.target.getBoundingClientRect();
    frame.style.transform = `translate(${left}px, ${top}px)`;
    frame.style.width = `${width}px`;
    frame.style.height = `${height}px`;
  };
  const take = (event: Event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type !== "click") return;
    stop();
    const element = event.target;
    if (!(element instanceof Element)) return send({ type: "pick_ended" });
    const text = (element.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 300);
    send({ type: "picked", selector: selectorOf(element).slice(0, 500), text });
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    stop();
    send({ type: "pick_ended" });
  };
  const presses = ["pointerdown", "pointerup", "mousedown", "mouseup", "click"];
  const stop = () => {
    frame?.remove();
    frame = null;
    window.removeEventListener("pointermove", move, true);
    window.removeEventListener("keydown", leave, true);
    for (const press of presses) window.removeEventListener(press, take, true);
  };
  const start = () => {
    frame = document.createElement("div");
    frame.style.cssText =
      "position:fixed;inset:0 auto auto 0;width:0;height:0;z-index:2147483647;pointer-events:none;outline:2px solid #2563eb;background:#2563eb22";
    document.documentElement.append(frame);
    window.addEventListener("pointermove", move, true);
    window.addEventListener("keydown", leave, true);
    for (const press of presses) window.addEventListener(press, take, true);
  };

  window.addEventListener("message", ({ source, origin: from, data }: MessageEvent<unknown>) => {
    if (source !== window.parent || from !== origin) return;
    if (typeof data !== "object" || data === null || !("workroomPick" in data)) return;
    stop();
    if (data.workroomPick === true) start();
  });
}
