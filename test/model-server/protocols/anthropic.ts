import { REPLY_USAGE, type Reply } from "../conversation";
import { pieces } from "../reply-to";
import { asList, asText, sendEvent, textOf, textsOf, type Protocol } from "../wire";

const usage = {
  input_tokens: REPLY_USAGE.inputTokens,
  output_tokens: REPLY_USAGE.outputTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};
const stopReason = (reply: Reply) => (reply.call ? "tool_use" : "end_turn");

/** Anthropic Messages: POST …/messages. */
export const anthropic: Protocol = {
  matches: (path) => path.endsWith("/messages"),
  keyHeader: "x-api-key",
  errorBody: (status, message) => ({
    type: "error",
    error: { type: status === 529 ? "overloaded_error" : "api_error", message },
  }),
  read: (body) => {
    const users: string[] = [];
    let toolResults: string[] = [];
    for (const { role, content } of asList(body["messages"])) {
      if (role !== "user") continue;
      const results = asList(content).filter((part) => part["type"] === "tool_result");
      toolResults.push(...results.map((part) => textOf(part["content"])));
      if (results.length > 0) continue;
      users.push(...textsOf(content));
      toolResults = [];
    }
    return {
      modelId: asText(body["model"]),
      isStreaming: body["stream"] === true,
      system: textOf(body["system"]),
      users,
      toolResults,
      toolNames: asList(body["tools"]).map((tool) => asText(tool["name"])),
    };
  },
  *stream(response, reply, modelId) {
    const send = (type: string, more: object) => sendEvent(response, { type, ...more }, type);
    const message = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: modelId,
      content: [],
    };
    send("message_start", {
      message: { ...message, stop_reason: null, stop_sequence: null, usage },
    });
    yield;
    let index = 0;
    const block = (content: object) =>
      send("content_block_start", { index, content_block: content });
    const delta = (piece: object) => send("content_block_delta", { index, delta: piece });
    const stop = () => {
      send("content_block_stop", { index });
      index += 1;
    };
    if (reply.say !== "") {
      block({ type: "text", text: "" });
      for (const text of pieces(reply.say)) {
        delta({ type: "text_delta", text });
        yield;
      }
      stop();
    }
    if (reply.call) {
      block({ type: "tool_use", id: `toolu_${Date.now()}`, name: reply.call.name, input: {} });
      for (const piece of pieces(JSON.stringify(reply.call.input))) {
        delta({ type: "input_json_delta", partial_json: piece });
        yield;
      }
      stop();
    }
    const stopped = { stop_reason: stopReason(reply), stop_sequence: null };
    send("message_delta", { delta: stopped, usage: { output_tokens: REPLY_USAGE.outputTokens } });
    send("message_stop", {});
  },
  whole: (reply, modelId) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: modelId,
    content: [
      { type: "text", text: reply.say },
      ...(reply.call ? [{ type: "tool_use", id: "toolu_1", ...reply.call }] : []),
    ],
    stop_reason: stopReason(reply),
    stop_sequence: null,
    usage,
  }),
};
