import { REPLY_USAGE, type Reply } from "../conversation";
import { pieces } from "../reply-to";
import { asList, asText, sendEvent, textOf, type Protocol } from "../wire";

const usage = {
  input_tokens: REPLY_USAGE.inputTokens,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: REPLY_USAGE.outputTokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: REPLY_USAGE.inputTokens + REPLY_USAGE.outputTokens,
};
const messageItem = (text: string) => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});
const callItem = ({ name, input }: NonNullable<Reply["call"]>) => ({
  type: "function_call",
  id: `fc_${Date.now()}`,
  call_id: `call_${Date.now()}`,
  name,
  arguments: JSON.stringify(input),
  status: "completed",
});
const responseOf = (modelId: string, output: unknown[], status: string) => ({
  id: "resp_1",
  object: "response",
  created_at: Math.floor(Date.now() / 1_000),
  status,
  model: modelId,
  output,
  ...(status === "completed" ? { usage } : {}),
});

/** OpenAI Responses: POST …/responses. */
export const responses: Protocol = {
  matches: (path) => path.endsWith("/responses"),
  keyHeader: "authorization",
  errorBody: (status, message) => ({ error: { message, type: "error", code: String(status) } }),
  read: (body) => {
    const users: string[] = [];
    let toolResults: string[] = [];
    let system = "";
    for (const item of asList(body["input"])) {
      if (item["role"] === "user") {
        users.push(textOf(item["content"]));
        toolResults = [];
      }
      if (item["role"] === "system" || item["role"] === "developer")
        system = textOf(item["content"]);
      if (item["type"] === "function_call_output") toolResults.push(textOf(item["output"]));
    }
    return {
      modelId: asText(body["model"]),
      isStreaming: body["stream"] === true,
      system: system || asText(body["instructions"]),
      users,
      toolResults,
      toolNames: asList(body["tools"]).map((tool) => asText(tool["name"])),
    };
  },
  *stream(response, reply, modelId) {
    let sequence = 0;
    const send = (type: string, more: object) =>
      sendEvent(response, { type, sequence_number: sequence++, ...more }, type);
    send("response.created", { response: responseOf(modelId, [], "in_progress") });
    yield;
    const output: unknown[] = [];
    if (reply.say !== "") {
      const at = { output_index: 0, item_id: "msg_1", content_index: 0 };
      send("response.output_item.added", {
        output_index: 0,
        item: {
          type: "message",
          id: "msg_1",
          role: "assistant",
          status: "in_progress",
          content: [],
        },
      });
      send("response.content_part.added", {
        ...at,
        part: { type: "output_text", text: "", annotations: [] },
      });
      for (const delta of pieces(reply.say)) {
        send("response.output_text.delta", { ...at, delta });
        yield;
      }
      send("response.output_text.done", { ...at, text: reply.say });
      send("response.output_item.done", { output_index: 0, item: messageItem(reply.say) });
      output.push(messageItem(reply.say));
    }
    if (reply.call) {
      const item = callItem(reply.call);
      const at = { output_index: output.length, item_id: item.id };
      const begun = { ...item, arguments: "", status: "in_progress" };
      send("response.output_item.added", { output_index: output.length, item: begun });
      for (const delta of pieces(item.arguments)) {
        send("response.function_call_arguments.delta", { ...at, delta });
        yield;
      }
      send("response.function_call_arguments.done", { ...at, arguments: item.arguments });
      send("response.output_item.done", { output_index: output.length, item });
      output.push(item);
    }
    send("response.completed", { response: responseOf(modelId, output, "completed") });
  },
  whole: (reply, modelId) =>
    responseOf(
      modelId,
      [messageItem(reply.say), ...(reply.call ? [callItem(reply.call)] : [])],
      "completed",
    ),
};
