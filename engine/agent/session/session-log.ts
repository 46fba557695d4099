import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { ModelMessage } from "ai";

/** `call` and `result` are written while a step runs; its `messages` follow when it has ended and replace them. */
export type SessionLine =
  | { type: "messages"; messages: ModelMessage[]; turnId?: string }
  | { type: "call"; toolCallId: string; toolName: string; input: unknown }
  | { type: "result"; toolCallId: string; text: string };

const SESSION_ID = /^[0-9a-f-]{36}$/;

/** Append-only JSON lines of one session. A kill cuts at most the last line, which is dropped at the next start. */
export class SessionLog {
  private constructor(private readonly path: string) {}

  static create(dir: string, id: string): SessionLog {
    mkdirSync(dir, { recursive: true });
    const log = new SessionLog(join(dir, `${id}.jsonl`));
    appendFileSync(log.path, "");
    return log;
  }

  static open(dir: string, id: string): { log: SessionLog; lines: SessionLine[] } | null {
    const path = join(dir, `${id}.jsonl`);
    if (!SESSION_ID.test(id) || !existsSync(path)) return null;
    const bytes = readFileSync(path);
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
    if (whole.length < bytes.length) truncateSync(path, whole.length);
    const lines = whole.toString().split("\n").flatMap(parseLine);
    return { log: new SessionLog(path), lines };
  }

  append(line: SessionLine): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

function parseLine(text: string): SessionLine[] {
  try {
    return [JSON.parse(text) as SessionLine];
  } catch {
    return [];
  }
}
