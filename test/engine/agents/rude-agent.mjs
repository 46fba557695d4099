// A small ACP agent that misbehaves as the message asks: the engine must survive each of these.
import { createInterface } from "node:readline";

const send = (message) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const update = (body) =>
  send({ method: "session/update", params: { sessionId: "s1", update: body } });
const say = (text) =>
  update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });

const deeds = {
  exit() {
    say("half a sentence");
    update({
      sessionUpdate: "tool_call",
      toolCallId: "c1",
      title: "Open call",
      status: "in_progress",
    });
    setTimeout(() => process.exit(3), 50);
  },
  garbage() {
    process.stdout.write(`${"this is no JSON at all\n".repeat(20_000)}`);
  },
  "bad-answer"(id) {
    send({ id, result: { stopReason: 7 } });
  },
  flood(id) {
    const text = "x".repeat(100_000);
    let left = 1_000; // 100 MB
    const more = () => {
      while (left > 0) {
        left -= 1;
        say(text);
        if (process.stdout.writableNeedDrain) return process.stdout.once("drain", more);
      }
      send({ id, result: { stopReason: "end_turn" } });
    };
    more();
  },
  hang() {
    say("thinking");
    update({
      sessionUpdate: "tool_call",
      toolCallId: "c2",
      title: "Never ends",
      status: "pending",
    });
  },
  huge(id) {
    update({
      sessionUpdate: "tool_call",
      toolCallId: "c3",
      title: "Huge",
      status: "completed",
      rawOutput: { text: "y".repeat(3_000_000) },
    });
    send({ id, result: { stopReason: "end_turn" } });
  },
  order(id) {
    for (let i = 0; i < 2_000; i += 1) say(`${i} `);
    send({ id, result: { stopReason: "end_turn" } });
  },
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") send({ id, result: { protocolVersion: 1, agentCapabilities: {} } });
  if (method === "session/new") send({ id, result: { sessionId: "s1" } });
  if (method === "session/load") send({ id, error: { code: -32002, message: "unknown session" } });
  if (method === "session/prompt") deeds[params.prompt[0].text](id);
});
