import { REPLY_USAGE, type Reply } from "../conversation";
import { pieces } from "../reply-to";
import { asList, asText, sendEvent, textOf, textsOf, type Json, type Protocol } from "../wire";

const partOf = (parts: unknown[], modelId: string, finishReason?: string) => ({
  candidates: [
    { index: 0, content: { role: "model", parts }, ...(finishReason ? { finishReason } : {}) },
  ],
  usageMetadata: {
    promptTokenCount: REPLY_USAGE.inputTokens,
    candidatesTokenCount: REPLY_USAGE.outputTokens,
    totalTokenCount: REPLY_USAGE.inputTokens + REPLY_USAGE.outputTokens,
  },
  modelVersion: modelId,
  responseId: "r_1",
});
const callPart = ({ call }: Reply) =>
  call ? [{ functionCall: { id: `f_${Date.now()}`, name: call.name, args: call.input } }] : [];

/** Google Gemini: POST …/models/<id>:streamGenerateContent or :generateContent. */
export const gemini: Protocol = {
  matches: (path) => /:(stream)?generateContent$/i.test(path),
  keyHeader: "x-goog-api-key",
  errorBody: (status, message) => ({ error: { code: status, message, status: "ERROR" } }),
  read: (body, path) => {
    const users: string[] = [];
    let toolResults: string[] = [];
    for (const { role, parts } of asList(body["contents"])) {
      if (role !== "user") continue;
      const results = asList(parts).flatMap((part) => {
        const answer = (part["functionResponse"] as Json | undefined)?.["response"];
        return answer === undefined ? [] : [JSON.stringify(answer)];
      });
      toolResults.push(...results);
      if (results.length > 0) continue;
      users.push(...textsOf(parts));
      toolResults = [];
    }
    return {
      modelId: /models\/([^/:]+):/.exec(path)?.[1] ?? "",
      isStreaming: path.includes("stream"),
      system: textOf((body["systemInstruction"] as Json | undefined)?.["parts"]),
      users,
      toolResults,
      toolNames: asList(body["tools"]).flatMap((tool) =>
        asList(tool["functionDeclarations"]).map((declared) => asText(declared["name"])),
      ),
    };
  },
  *stream(response, reply, modelId) {
    for (const text of pieces(reply.say)) {
      sendEvent(response, partOf([{ text }], modelId));
      yield;
    }
    sendEvent(response, partOf(reply.call ? callPart(reply) : [{ text: "" }], modelId, "STOP"));
  },
  whole: (reply, modelId) => partOf([{ text: reply.say }, ...callPart(reply)], modelId, "STOP"),
};
