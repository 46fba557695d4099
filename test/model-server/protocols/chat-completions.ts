import { REPLY_USAGE, type Reply } from "../conversation";
import { pieces } from "../reply-to";
import { asList, asText, sendEvent, textOf, type Json, type Protocol } from "../wire";

const usage = {
  prompt_tokens: REPLY_USAGE.inputTokens,
  completion_tokens: REPLY_USAGE.outputTokens,
  total_tokens: REPLY_USAGE.inputTokens + REPLY_USAGE.outputTokens,
};
const finishReason = (reply: Reply) => (reply.call ? "tool_calls" : "stop");
const callsOf = ({ call }: Reply) =>
  call
    ? [
        {
          index: 0,
          id: `call_${Date.now()}`,
          type: "function",
          function: { name: call.name, arguments: JSON.stringify(call.input) },
        },
      ]
    : [];

/** OpenAI Chat Completions, as local and other servers speak it: POST …/chat/completions. */
export const chatCompletions: Protocol = {
  matches: (path) => path.endsWith("/chat/completions"),
  keyHeader: "authorization",
  errorBody: (status, message) => ({ error: { message, type: "error", code: String(status) } }),
  read: (body) => {
    const users: string[] = [];
    let toolResults: string[] = [];
    let system = "";
    for (const { role, content } of asList(body["messages"])) {
      if (role === "system") system = textOf(content);
      if (role === "tool") toolResults.push(textOf(content));
      if (role !== "user") continue;
      users.push(textOf(content));
      toolResults = [];
    }
    return {
      modelId: asText(body["model"]),
      isStreaming: body["stream"] === true,
      system,
      users,
      toolResults,
      toolNames: asList(body["tools"]).map((tool) => asText((tool["function"] as Json)["name"])),
    };
  },
  *stream(response, reply, modelId) {
    const send = (delta: object, finish: string | null = null, more: object = {}) =>
      sendEvent(response, {
        id: "chatcmpl_1",
        object: "chat.completion.chunk",
        created: Math.floor(Date.now() / 1_000),
        model: modelId,
        choices: [{ index: 0, delta, finish_reason: finish }],
        ...more,
      });
    send({ role: "assistant", content: "" });
    yield;
    for (const content of pieces(reply.say)) {
      send({ content });
      yield;
    }
    if (reply.call) {
      send({ tool_calls: callsOf(reply) });
      yield;
    }
    send({}, finishReason(reply), { usage });
    response.write("data: [DONE]\n\n");
  },
  whole: (reply, modelId) => ({
    id: "chatcmpl_1",
    object: "chat.completion",
    created: Math.floor(Date.now() / 1_000),
    model: modelId,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: reply.say,
          ...(reply.call ? { tool_calls: callsOf(reply) } : {}),
        },
        finish_reason: finishReason(reply),
      },
    ],
    usage,
  }),
};
