import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatEvent } from "@/lib/protocol/events";
import type { MessageView, TurnView } from "@/lib/protocol/views";
import { type ChatState, emptyChat, type Turn } from "./chat-state";
import { foldEvents } from "./fold-events";

const ts = (seq: number) => new Date(1_700_000_000_000 + seq * 1000).toISOString();
const employee = { isScripted: true, label: "Demo employee: scripted, no AI" };

const log = (...entries: [type: string, data: unknown, turnId?: string | null][]): ChatEvent[] =>
  entries.map(([type, data, turnId = "trn_1"], index) => ({
    seq: index + 1,
    ts: ts(index + 1),
    chatId: "ch_1",
    turnId,
    source: type.startsWith("chat/") ? "chat" : "engine",
    type,
    data,
  }));

const message = (id: string, state: MessageView["state"], createdSeq = 1): MessageView => ({
  id,
  chatId: "ch_1",
  author: { id: "usr_1", name: "Ada" },
  text: `text of ${id}`,
  attachments: [],
  state,
  createdAt: ts(createdSeq),
  turnId: null,
});

const turnView = (state: TurnView["state"], messageId = "msg_1", id = "trn_1"): TurnView => ({
  id,
  chatId: "ch_1",
  messageId,
  state,
  startedAt: ts(1),
  endedAt: state === "running" ? null : ts(9),
  employee,
  message: null,
  inputTokens: 0,
  outputTokens: 0,
  costMicroUsd: 0,
  isCostEstimated: false,
  changedFiles: null,
  undo: "nothing",
});

const chunk = (text: string) => ({ content: { type: "text", text } });
const turnOf = (state: ChatState, id = "trn_1"): Turn => {
  const item = state.items.find((item) => item.id === id);
  if (item?.kind !== "turn") throw new Error(`no turn ${id}`);
  return item.turn;
};

const conversation = log(
  ["chat/message", message("msg_1", "sent"), null],
  ["chat/turn", turnView("running")],
  ["plan", { entries: [{ content: "Read the file", status: "in_progress", priority: "high" }] }],
  ["agent_message_chunk", chunk("I look ")],
  ["agent_message_chunk", chunk("at it.")],
  ["tool_call", { toolCallId: "t1", title: "Read sales.csv", kind: "read", status: "pending" }],
  ["tool_call_update", { toolCallId: "t1", status: "completed", content: [] }],
  ["agent_message_chunk", chunk("Done.")],
  ["plan", { entries: [{ content: "Read the file", status: "completed", priority: "high" }] }],
  ["chat/message", message("msg_2", "queued", 10), null],
  ["chat/turn", turnView("done")],
);

describe("foldEvents", () => {
  it("shows the same chat however the events are cut into batches, repeated or overlapped", () => {
    const whole = foldEvents(emptyChat, conversation);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(conversation.length), fc.nat(conversation.length))),
        (cuts) => {
          let state = emptyChat;
          for (const [from, length] of cuts)
            state = foldEvents(state, conversation.slice(from, from + length));
          state = foldEvents(state, conversation);
          expect(state).toEqual(whole);
        },
      ),
    );
  });

  it("never folds past a gap, so nothing that is missing is lost", () => {
    const state = foldEvents(emptyChat, conversation.toSpliced(4, 1));
    expect(state.lastSeq).toBe(4);
    expect(foldEvents(state, conversation)).toEqual(foldEvents(emptyChat, conversation));
  });

  it("joins chunks into one text until a step comes between them", () => {
    const { parts } = turnOf(foldEvents(emptyChat, conversation));
    expect(parts.map((part) => (part.kind === "text" ? part.text : part.kind))).toEqual([
      "I look at it.",
      "step",
      "Done.",
    ]);
  });

  it("keeps what an update of a step leaves out, and notes when it ended", () => {
    const step = turnOf(foldEvents(emptyChat, conversation)).parts[1];
    expect(step).toMatchObject({
      title: "Read sales.csv",
      toolKind: "read",
      status: "completed",
      startedAt: ts(6),
      endedAt: ts(7),
    });
  });

  it("reads diffs, output and the command of a step", () => {
    const state = foldEvents(
      emptyChat,
      log(
        [
          "tool_call",
          {
            toolCallId: "t1",
            title: "Run the tests",
            kind: "execute",
            rawInput: { command: "ls" },
          },
        ],
        [
          "tool_call_update",
          {
            toolCallId: "t1",
            content: [
              { type: "content", content: { type: "text", text: "a.txt" } },
              { type: "diff", path: "/workspace/a.txt", oldText: null, newText: "hi" },
            ],
          },
        ],
      ),
    );
    expect(turnOf(state).parts[0]).toMatchObject({
      command: "ls",
      output: "a.txt",
      diffs: [{ path: "/workspace/a.txt", before: null, after: "hi" }],
    });
  });

  it("knows where the whole of a cut output is, until a later body is whole again", () => {
    const content = [{ type: "content", content: { type: "text", text: "cut" } }];
    const cut = { toolCallId: "c", content, _meta: { wholeBody: { epoch: 1, n: 1, bytes: 9 } } };
    const steps = (events: ChatEvent[]) => turnOf(foldEvents(emptyChat, events)).parts;
    expect(steps(log(["tool_call_update", cut]))).toMatchObject([
      { output: "cut", wholeAt: { chatId: "ch_1", seq: 1 } },
    ]);
    const titled: [string, unknown] = ["tool_call_update", { toolCallId: "c", title: "Ran it" }];
    expect(steps(log(["tool_call_update", cut], titled))).toMatchObject([{ wholeAt: { seq: 1 } }]);
    const whole: [string, unknown] = ["tool_call_update", { toolCallId: "c", content }];
    expect(steps(log(["tool_call_update", cut], whole))).toMatchObject([{ wholeAt: null }]);
  });

  it("keeps a queued message out of the chat until it is sent, in the order of writing", () => {
    const queued = log(
      ["chat/message", message("msg_b", "queued", 2), null],
      ["chat/message", message("msg_a", "queued", 1), null],
      ["chat/message", message("msg_c", "queued", 3), null],
      ["chat/message", message("msg_c", "removed", 3), null],
    );
    const state = foldEvents(emptyChat, queued);
    expect(state.items).toEqual([]);
    expect(state.queue.map(({ id }) => id)).toEqual(["msg_a", "msg_b"]);
    const sent = foldEvents(state, [
      { ...queued[0]!, seq: 5, type: "chat/turn", data: turnView("running", "msg_a") },
    ]);
    expect(sent.queue.map(({ id }) => id)).toEqual(["msg_b"]);
    expect(sent.items.map(({ id }) => id)).toEqual(["msg_a", "trn_1"]);
  });

  it("names the running turn until it ends, however it ends", () => {
    for (const end of ["done", "cancelled", "failed", "interrupted", "limit"] as const) {
      const events = log(["chat/turn", turnView("running")], ["chat/turn", turnView(end)]);
      expect(foldEvents(emptyChat, events.slice(0, 1)).runningTurnId).toBe("trn_1");
      expect(foldEvents(emptyChat, events).runningTurnId).toBeNull();
    }
  });

  it("leaves untouched items and the state that came in as they were", () => {
    const before = foldEvents(emptyChat, conversation.slice(0, 9));
    const copy = structuredClone(before);
    const after = foldEvents(before, conversation);
    expect(before).toEqual(copy);
    expect(after.items[0]).toBe(before.items[0]);
    expect(after.items[1]).not.toBe(before.items[1]);
    expect(foldEvents(after, conversation)).toBe(after);
  });

  it("survives malformed bodies from the room", () => {
    const odd = [null, 7, "text", [], { content: 3 }, { entries: "x" }, { toolCallId: 4 }];
    const types = ["agent_message_chunk", "plan", "tool_call", "tool_call_update", "engine/notice"];
    const events = log(
      ...types.flatMap((type) => odd.map((data) => [type, data] as [string, unknown])),
    );
    expect(foldEvents(emptyChat, events).lastSeq).toBe(events.length);
  });
});
