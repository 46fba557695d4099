import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ChatSession } from "./chat-session";
import { fitContext } from "./fit-context";

const id = "00000000-0000-4000-8000-000000000001";
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "session-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("gives back what was said, without the line that a kill has cut", () => {
  const session = ChatSession.create(id, dir, []);
  session.add([{ role: "user", content: "hello" }]);
  session.add([{ role: "assistant", content: "hi" }]);
  appendFileSync(join(dir, `${id}.jsonl`), '{"type":"messages","mess');
  const loaded = ChatSession.load(id, dir);
  expect(loaded?.messages).toEqual(session.messages);
  loaded?.add([{ role: "user", content: "again" }]);
  expect(ChatSession.load(id, dir)?.messages).toHaveLength(3);
});

it("closes the calls of a step that never ended: each has a result, and the model is told of the cut", () => {
  const session = ChatSession.create(id, dir, []);
  session.add([{ role: "user", content: "do it" }]);
  session.noteCall("c1", "bash", { command: "echo 1" });
  session.noteResult("c1", "1");
  session.noteCall("c2", "bash", { command: "sleep 9" });
  const loaded = ChatSession.load(id, dir);
  expect(loaded?.messages.slice(1)).toEqual([
    {
      role: "assistant",
      content: [
        { type: "tool-call", toolCallId: "c1", toolName: "bash", input: { command: "echo 1" } },
        { type: "tool-call", toolCallId: "c2", toolName: "bash", input: { command: "sleep 9" } },
      ],
    },
    {
      role: "tool",
      content: [
        {
          type: "tool-result",
          toolCallId: "c1",
          toolName: "bash",
          output: { type: "text", value: "1" },
        },
        {
          type: "tool-result",
          toolCallId: "c2",
          toolName: "bash",
          output: { type: "text", value: expect.stringContaining("cut off") },
        },
      ],
    },
  ]);
});

it("a step that ended stands once, and a cut step keeps its place before what was said later", () => {
  const session = ChatSession.create(id, dir, []);
  session.add([{ role: "user", content: "one" }]);
  session.noteCall("c1", "read", {});
  session.noteResult("c1", "text");
  session.add([{ role: "assistant", content: "read it" }]);
  session.noteCall("c2", "bash", {});
  session.add([{ role: "user", content: "two" }]);
  const roles = ChatSession.load(id, dir)?.messages.map(({ role }) => role);
  expect(roles).toEqual(["user", "assistant", "assistant", "tool", "user"]);
});

it("holds the prompt of a turn once, also when a second agent is given it", () => {
  const session = ChatSession.create(id, dir, []);
  session.addPrompt("trn_1", "hello");
  const loaded = ChatSession.load(id, dir);
  loaded?.addPrompt("trn_1", "hello");
  expect(loaded?.messages).toHaveLength(1);
  loaded?.add([{ role: "assistant", content: "hi" }]);
  loaded?.addPrompt("trn_2", "hello");
  expect(ChatSession.load(id, dir)?.messages).toHaveLength(3);
});

it("answers nothing for an id that is none of its own", () => {
  expect(ChatSession.load(id, dir)).toBeNull();
  expect(ChatSession.load("../../etc/passwd", dir)).toBeNull();
});

it("drops the oldest outputs of a chat that no longer fits, never the newest", () => {
  const messages = Array.from({ length: 60 }, (_, index) => ({
    role: "tool" as const,
    content: [
      {
        type: "tool-result" as const,
        toolCallId: `c${index}`,
        toolName: "bash",
        output: { type: "text" as const, value: "x".repeat(10_000) },
      },
    ],
  }));
  const fitted = fitContext(messages, 200_000);
  expect(JSON.stringify(fitted).length).toBeLessThan(220_000);
  expect(fitted.at(-1)).toEqual(messages.at(-1));
  expect(JSON.stringify(fitted[0])).toContain("was dropped");
  expect(fitContext(messages, 10_000_000)).toEqual(messages);
});
