import { homedir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { Readable, Writable } from "node:stream";
import * as acp from "@agentclientprotocol/sdk";
import type { ModelMessage } from "ai";
import { makeModel, type RoomSettings } from "./models/make-model";
import { PromptMeta, SessionMeta } from "./models/turn-meta";
import { PlainFailure, runPrompt } from "./run-prompt";
import { ChatSession } from "./session/chat-session";
import { killPrograms } from "./tools/run-program";

// The built-in employee: an ACP agent over stdio. It ends with its input, and with it every command that still runs.
const sessionsDir = join(homedir(), ".workroom/sessions");
const env = process.env;
const room: RoomSettings = {
  workspace: env["WORKROOM_WORKSPACE"] ?? "/workspace",
  apiUrl: env["WORKROOM_API"] ?? "http://127.0.0.1:3737",
  scriptedPaceMs: Number(env["WORKROOM_SCRIPTED_PACE_MS"] ?? 15),
  modelIdleMs: Number(env["WORKROOM_MODEL_IDLE_MS"] ?? 180_000),
};

type Open = { session: ChatSession; cwd: string; abort: AbortController | null };
const open = new Map<string, Open>();

function find(sessionId: string): Open {
  const found = open.get(sessionId);
  if (!found) throw acp.RequestError.resourceNotFound(sessionId);
  return found;
}

function newSession({ cwd, _meta }: acp.NewSessionRequest): acp.NewSessionResponse {
  const meta = SessionMeta.safeParse(_meta?.["workroom"]);
  const history = meta.success ? meta.data.history : [];
  const messages = history.map(({ role, text }): ModelMessage => ({ role, content: text }));
  const session = ChatSession.create(randomUUID(), sessionsDir, messages);
  open.set(session.id, { session, cwd, abort: null });
  return { sessionId: session.id };
}

async function loadSession(
  { sessionId, cwd }: acp.LoadSessionRequest,
  client: acp.AgentContext,
): Promise<acp.LoadSessionResponse> {
  const session = ChatSession.load(sessionId, sessionsDir);
  if (!session) throw acp.RequestError.resourceNotFound(sessionId);
  open.set(sessionId, { session, cwd, abort: null });
  for (const message of session.messages) {
    if (message.role !== "user" && message.role !== "assistant") continue;
    const sessionUpdate =
      message.role === "user" ? ("user_message_chunk" as const) : ("agent_message_chunk" as const);
    const text = textOf(message);
    if (text === "") continue;
    const update = { sessionUpdate, content: { type: "text" as const, text } };
    await client.notify(acp.methods.client.session.update, { sessionId, update });
  }
  return {};
}

function textOf({ content }: ModelMessage): string {
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

async function prompt(
  { sessionId, prompt: blocks, _meta }: acp.PromptRequest,
  client: acp.AgentContext,
): Promise<acp.PromptResponse> {
  const current = find(sessionId);
  const { turnId, model, attachments } = PromptMeta.parse(_meta?.["workroom"]);
  const abort = new AbortController();
  current.abort = abort;
  // Sent in order; awaited at the end, so that the answer never overtakes an update.
  let sent: Promise<unknown> = Promise.resolve();
  const send = (update: acp.SessionUpdate) => {
    sent = client.notify(acp.methods.client.session.update, { sessionId, update });
  };
  try {
    const { stopReason, ...usage } = await runPrompt({
      session: current.session,
      turnId,
      model: await makeModel(model, room),
      text: blocks.map((block) => (block.type === "text" ? block.text : "")).join("\n"),
      attachments,
      cwd: current.cwd,
      workspace: room.workspace,
      modelIdleMs: room.modelIdleMs,
      abortSignal: abort.signal,
      send,
    });
    await sent;
    return { stopReason, _meta: { workroom: usage } };
  } catch (error) {
    await sent.catch(() => {});
    if (!(error instanceof PlainFailure)) throw error;
    throw new acp.RequestError(-32_000, error.message, { plain: true, ...error.usage });
  } finally {
    current.abort = null;
  }
}

const connection = acp
  .agent({ name: "workroom-employee" })
  .onRequest(acp.methods.agent.initialize, () => ({
    protocolVersion: acp.PROTOCOL_VERSION,
    agentCapabilities: { loadSession: true, promptCapabilities: { embeddedContext: true } },
    agentInfo: { name: "workroom-employee", version: "0.1.0" },
    authMethods: [],
  }))
  .onRequest(acp.methods.agent.session.new, ({ params }) => newSession(params))
  .onRequest(acp.methods.agent.session.load, ({ params, client }) => loadSession(params, client))
  .onRequest(acp.methods.agent.session.prompt, ({ params, client }) => prompt(params, client))
  .onNotification(acp.methods.agent.session.cancel, ({ params }) => {
    open.get(params.sessionId)?.abort?.abort();
  })
  .connect(
    acp.ndJsonStream(
      Writable.toWeb(process.stdout),
      Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
    ),
  );

const end = () => {
  killPrograms();
  process.exit(0);
};
void connection.closed.then(end);
process.on("SIGTERM", end);
