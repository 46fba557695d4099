import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { HostEvent } from "@/lib/protocol/host";
import { askProvider } from "./ask-provider";
import { enter, type Grant, reserve } from "./grants";
import { type ModelCall, modelCall } from "./model-call";
import { costOf } from "./cost-of";
import { answerHeaders, requestHeaders } from "./provider-headers";
import { Refusal } from "./refusal";
import { createUsageMeter } from "./usage-meter";

const MAX_BODY_BYTES = 32 * 1_048_576;
const BODY_MS = 60_000;
const BYTES_PER_TOKEN = 4;

type Around = {
  allowedEndpoints: readonly string[];
  report: (event: HostEvent["event"]) => void;
};

/** Answers one call of a room with the provider's own answer, as it comes, and counts what it cost. */
export async function answerCall(
  req: IncomingMessage,
  res: ServerResponse,
  grant: Grant,
  around: Around,
): Promise<void> {
  const leave = enter(grant);
  let cost = 0;
  try {
    const { method = "GET", url = "/" } = req;
    const call = modelCall(grant, { method, url, body: await readBody(req) });
    cost = await passCall(call, req, res, grant, around);
  } finally {
    leave(cost);
  }
}

async function passCall(
  call: ModelCall,
  req: IncomingMessage,
  res: ServerResponse,
  grant: Grant,
  around: Around,
): Promise<number> {
  const inputBytes = call.isMetered ? (call.body?.length ?? 0) : 0;
  const estimate = { input: Math.ceil(inputBytes / BYTES_PER_TOKEN), output: 0, cacheWrite: 0 };
  const giveBack = reserve(grant, costOf(grant, estimate).microUsd);
  try {
    const gone = new AbortController();
    res.once("close", () => gone.abort());
    const answer = await askProvider({
      url: call.url,
      method: req.method ?? "GET",
      headers: requestHeaders(grant, req.headers, call.body),
      body: call.body,
      allowedEndpoints: around.allowedEndpoints,
      signal: AbortSignal.any([gone.signal, grant.end.signal]),
    });
    const isBilled = call.isMetered && answer.statusCode === 200;
    return await passOn(answer, res, isBilled ? { grant, inputBytes, around } : null);
  } finally {
    giveBack();
  }
}

type Bill = { grant: Grant; inputBytes: number; around: Around };

/** Passes the answer on and answers its cost. A cut answer is cut for the room too, and billed as far as it came. */
async function passOn(
  answer: IncomingMessage,
  res: ServerResponse,
  bill: Bill | null,
): Promise<number> {
  const isEventStream = /^text\/event-stream/i.test(answer.headers["content-type"] ?? "");
  const meter = createUsageMeter(bill?.inputBytes ?? 0, isEventStream);
  res.writeHead(answer.statusCode ?? 502, {
    ...answerHeaders(answer.headers),
    connection: "close",
  });
  res.flushHeaders();
  answer.on("data", (chunk: Buffer) => meter.push(chunk));
  let isWhole = false;
  try {
    await pipeline(answer, res);
    isWhole = true;
  } catch {
    res.destroy();
  }
  if (!bill) return 0;
  const { grant, around } = bill;
  const tokens = meter.end(isWhole);
  const { microUsd: costMicroUsd, isEstimated } = costOf(grant, tokens);
  const { roomId, turnId, provider, modelId } = grant;
  around.report({
    type: "model_usage",
    roomId,
    turnId,
    provider,
    modelId,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    costMicroUsd,
    isEstimated,
  });
  return costMicroUsd;
}

async function readBody(req: IncomingMessage): Promise<Buffer> {
  if (Number(req.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  req.setTimeout(BODY_MS, () => req.destroy());
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  req.setTimeout(0);
  return Buffer.concat(chunks);
}

const tooLarge = () => new Refusal(413, "request_too_large", "The call to the model is too large.");
