import { PreviewMessage } from "@/lib/protocol/preview-messages";

type LogMessage = Extract<PreviewMessage, { type: "log" }>;
export type PageEntry = { id: number; level: LogMessage["level"]; text: string };

/** What a previewed page has said since it was loaded: the newest entries, and how many errors there were. */
export type PageLog = {
  entries: readonly PageEntry[];
  errorCount: number;
  lastId: number;
  /** The page said hello: it tells of its errors and lets its elements be picked. */
  isConnected: boolean;
};

export const emptyPageLog: PageLog = { entries: [], errorCount: 0, lastId: 0, isConnected: false };
const MAX_ENTRIES = 200;

/** A message of our own script in the page, or `null` for anything else that the page may have posted. */
export function readPreviewMessage(value: unknown): PreviewMessage | null {
  if (typeof value !== "object" || value === null) return null;
  if (!("source" in value) || value.source !== "workroom-preview") return null;
  return PreviewMessage.safeParse(value).data ?? null;
}

export function addToPageLog(log: PageLog, messages: readonly PreviewMessage[]): PageLog {
  let { entries, errorCount, lastId, isConnected } = log;
  for (const message of messages) {
    if (message.type === "hello") {
      // Another page came into the frame.
      [entries, errorCount, isConnected] = [[], 0, true];
    } else if (message.type === "log") {
      lastId += 1;
      if (message.level === "error") errorCount += 1;
      const entry = { id: lastId, level: message.level, text: plainText(message.text) };
      entries = [...entries.slice(1 - MAX_ENTRIES), entry];
    }
  }
  return { entries, errorCount, lastId, isConnected };
}

/** Without signs that nobody sees or that turn the direction of a line: they could make it look like words of ours. */
export const plainText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}]/gu, (sign) => (sign === "\n" || sign === "\t" ? sign : ""));

const oneLine = (text: string) => plainText(text).replace(/\s+/g, " ").replaceAll("`", "'").trim();

/** An element that a person pointed at, as the beginning of a message about it. */
export function quotePick(selector: string, text: string, path: string): string {
  const words = oneLine(text);
  const quoted = words === "" ? "" : `\n> ${words}`;
  return `On ${oneLine(path)}, this part of the page (\`${oneLine(selector)}\`):${quoted}\n`;
}
