import type { PreviewMessage } from "@/lib/protocol/preview-messages";

/* oxlint-disable unicorn/consistent-function-scoping -- The function is sent as its text: all it needs is in it. */

/**
 * Runs in a previewed page: tells what it writes to its console and what goes wrong in it. It stands alone, since only
 * its text is sent; the page may change or silence it, which harms nobody but itself.
 */
export function reportConsole(send: (message: PreviewMessage) => void): void {
  const maxChars = 2_000;
  const maxPerSecond = 60;
  let second = 0;
  let told = 0;
  type Level = "log" | "info" | "warn" | "error";

  const tell = (level: Level, text: string) => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) [second, told] = [now, 0];
    told += 1;
    if (told <= maxPerSecond) send({ type: "log", level, text: text.slice(0, maxChars) });
  };

  const words = (value: unknown): string => {
    if (typeof value === "string") return value;
    if (value instanceof Error) return value.stack ?? String(value);
    if (typeof value !== "object" || value === null) return String(value);
    let left = 200;
    const json = JSON.stringify(value, (_key, part: unknown) => {
      left -= 1;
      if (left < 0) return undefined;
      return typeof part === "bigint" ? String(part) : part;
    });
    return json ?? String(value);
  };

  const page = window.console;
  for (const level of ["log", "info", "warn", "error"] as const) {
    const original = page[level].bind(page);
    page[level] = (...values: unknown[]) => {
      original(...values);
      try {
        tell(level, values.map(words).join(" "));
      } catch {
        tell(level, "Something that can't be written down.");
      }
    };
  }

  const onError = (event: Event) => {
    if (event instanceof ErrorEvent) {
      const place = event.filename
        ? ` (${event.filename.replace(location.origin, "")}:${event.lineno})`
        : "";
      tell("error", `${event.message}${place}`);
    } else if (event.target instanceof Element) {
      const { target } = event;
      const what = target.getAttribute("src") ?? target.getAttribute("href") ?? target.tagName;
      tell("error", `Could not load ${what}`);
    }
  };
  // What fails to load tells it on its way down only.
  window.addEventListener("error", onError, true);
  window.addEventListener("unhandledrejection", ({ reason }) => {
    tell("error", `Nobody took care of: ${words(reason)}`);
  });
  document.addEventListener("securitypolicyviolation", (event) => {
    tell("error", `The page's own rules (${event.effectiveDirective}) block ${event.blockedURI}`);
  });
}
