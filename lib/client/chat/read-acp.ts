import type { ChatEvent } from "@/lib/protocol/events";
import type { NoticeLevel, PlanEntry, Step, StepDiff, StepStatus } from "./chat-state";

type Fields = Readonly<Record<string, unknown>>;

export const asFields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | null =>
  values.find((known) => known === value) ?? null;

const statuses: readonly StepStatus[] = ["pending", "in_progress", "completed", "failed"];
const planStatuses = ["pending", "in_progress", "completed"] as const;
const levels: readonly NoticeLevel[] = ["info", "warning", "error"];

/** Text of one ACP content block; an image or resource has none. */
export const readBlockText = (block: unknown): string => {
  const fields = asFields(block);
  if (fields["type"] === "text") return asText(fields["text"]);
  return asText(asFields(fields["resource"])["text"]);
};

export const readPlan = (data: unknown): PlanEntry[] =>
  asList(asFields(data)["entries"]).map((entry) => ({
    content: asText(asFields(entry)["content"]),
    status: oneOf(planStatuses, asFields(entry)["status"]) ?? "pending",
  }));

export const readNotice = (data: unknown): { level: NoticeLevel; text: string } => ({
  level: oneOf(levels, asFields(data)["level"]) ?? "info",
  text: asText(asFields(data)["text"]),
});

const isDone = (status: StepStatus) => status === "completed" || status === "failed";

/** The command line, when the tool's raw input names one. */
const readCommand = (rawInput: unknown): string | null =>
  asText(asFields(rawInput)["command"]) || null;

function readContent(content: readonly unknown[]): { diffs: StepDiff[]; output: string } {
  const diffs: StepDiff[] = [];
  const texts: string[] = [];
  for (const piece of content) {
    const fields = asFields(piece);
    if (fields["type"] === "diff") {
      const before = fields["oldText"];
      diffs.push({
        path: asText(fields["path"]),
        before: typeof before === "string" ? before : null,
        after: asText(fields["newText"]),
      });
    } else if (fields["type"] === "content") {
      texts.push(readBlockText(fields["content"]));
    }
  }
  return { diffs, output: texts.join("\n") };
}

const newStep = (id: string, ts: string): Step => ({
  kind: "step",
  id,
  title: "",
  toolKind: "other",
  status: "pending",
  paths: [],
  diffs: [],
  output: "",
  command: null,
  wholeAt: null,
  startedAt: ts,
  endedAt: null,
});

const readPaths = (locations: unknown): string[] | null =>
  Array.isArray(locations)
    ? locations.map((location) => asText(asFields(location)["path"])).filter(Boolean)
    : null;

type StepEvent = Pick<ChatEvent, "data" | "ts" | "seq" | "chatId">;

function readBody(data: unknown, place: { chatId: string; seq: number }) {
  const { content } = asFields(data);
  if (!Array.isArray(content)) return null;
  const isCut = asFields(asFields(data)["_meta"])["wholeBody"] !== undefined;
  return { ...readContent(content), wholeAt: isCut ? place : null };
}

/** What a tool printed, by the body of its last event. */
export const readOutput = (data: unknown): string =>
  readContent(asList(asFields(data)["content"])).output;

/**
 * One ACP `tool_call` or `tool_call_update` on top of what is known of the step. A field that an update leaves out
 * stays; `content` replaces the whole list, as ACP says.
 */
export function readStep(known: Step | null, { data, ts, seq, chatId }: StepEvent): Step {
  const fields = asFields(data);
  const before = known ?? newStep(asText(fields["toolCallId"]), ts);
  const status = oneOf(statuses, fields["status"]) ?? before.status;
  const content = readBody(data, { chatId, seq }) ?? before;
  return {
    ...before,
    title: asText(fields["title"]) || before.title,
    toolKind: asText(fields["kind"]) || before.toolKind,
    status,
    paths: readPaths(fields["locations"]) ?? before.paths,
    diffs: content.diffs,
    output: content.output,
    wholeAt: content.wholeAt,
    command: readCommand(fields["rawInput"]) ?? before.command,
    endedAt: isDone(status) ? (before.endedAt ?? ts) : null,
  };
}
