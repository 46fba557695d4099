import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { modelProviders, type EngineFrame, type ModelProvider } from "@/lib/protocol/engine";
import { TurnEnded } from "@/lib/protocol/events";
import { buildTestRuntime, spokenText, TestEngine } from "../test/engine/start-engine";
import { ModelServer } from "../test/model-server/model-server";

let runtime: string;
let engine: TestEngine;
let server: ModelServer;

beforeAll(async () => {
  runtime = await buildTestRuntime();
  engine = await TestEngine.start(runtime);
  server = await ModelServer.start({ listen: engine.modelSocketPath, key: "turn-token" });
});
afterAll(async () => {
  await engine.stop();
  await server.stop();
  rmSync(runtime, { recursive: true, force: true });
});

/** All turns of a provider are one chat: what a failed turn leaves behind must not harm the next. */
function modelTurn(
  provider: ModelProvider,
  text: string,
  modelId = "scripted-model",
  chatId = `ch_${provider}`,
) {
  const model = { kind: "model", provider, modelId, token: "turn-token" } as const;
  return engine.turn(text, { chatId, model });
}
const endOf = (frames: EngineFrame[]) => TurnEnded.parse(frames.at(-1)?.data);

describe.each(modelProviders)("the employee with a model of %s", (provider) => {
  it("plans, writes a file, runs a command and tells what it printed", async () => {
    rmSync(join(engine.workspace, "hello.txt"), { force: true });
    const frames = await engine.run(modelTurn(provider, "Write a file and run a command"));
    expect(readFileSync(join(engine.workspace, "hello.txt"), "utf8")).toBe(
      "hello\nfrom the model\n",
    );
    expect(spokenText(frames)).toContain("Finished. The command printed: ");
    expect(spokenText(frames)).toContain("answer=42");
    expect(frames.find(({ type }) => type === "plan")?.data).toMatchObject({
      entries: [{ content: "Write the file", status: "in_progress" }],
    });
    const updates = frames.map(({ data }) => data as Record<string, unknown>);
    expect(updates).toContainEqual(
      expect.objectContaining({
        status: "completed",
        title: "Wrote hello.txt, 2 lines",
        content: [
          expect.objectContaining({
            type: "diff",
            oldText: null,
            newText: "hello\nfrom the model\n",
          }),
        ],
      }),
    );
    expect(updates).toContainEqual(
      expect.objectContaining({ status: "completed", title: "Counted the lines" }),
    );
    expect(endOf(frames)).toEqual({
      reason: "done",
      message: null,
      inputTokens: 400,
      outputTokens: 80,
    });
    const conversation = server.requests.at(-1)!.conversation;
    expect(conversation.system).toContain("You are an AI employee in Workroom");
    expect(conversation.toolNames.toSorted()).toEqual([
      "bash",
      "edit",
      "plan",
      "read",
      "search",
      "write",
    ]);
  });

  it("remembers the chat in its next turn, also when the agent was started again", async () => {
    const chatId = `ch_memory_${provider}`;
    const first = modelTurn(provider, "my colour is teal", undefined, chatId);
    const frames = await engine.run(first);
    const session = frames.find(({ type }) => type === "engine/agent_session");
    const agentSessionId = (session!.data as { agentSessionId: string }).agentSessionId;
    await engine.exec(`pkill -P ${engine.pid} -f '[a]gent.mjs'`);
    const again = modelTurn(provider, "what do you remember?", undefined, chatId);
    const next = await engine.run({ ...again, agentSessionId });
    expect(spokenText(next)).toBe("You said: my colour is teal");
  });

  it.each([
    ["fault-401", /^The model refused the key \(401\)\. Check it under Settings › Models\.$/],
    ["fault-402", /^The spending cap of this key is reached\.$/],
    [
      "fault-429",
      /^The model's limit is reached \(429\)\. Wait a while, or check the plan of this key\.$/,
    ],
    ["fault-529", /^The model is overloaded \(529\)\. Try again in a few minutes\.$/],
    ["fault-cut", /^The connection to the model broke in the middle|^The model ended its answer/],
    ["fault-garbage", /can't be read|broke in the middle|without a word/],
  ])("says in plain words what is wrong: %s", async (modelId, message) => {
    const frames = await engine.run(modelTurn(provider, "tell me a longer story please", modelId));
    const end = endOf(frames);
    expect(end.reason).toBe("failed");
    expect(end.message).toMatch(message);
    expect("You said: tell me a longer story please").toContain(spokenText(frames)); // as far as it came
  });

  it.each(["fault-once-429", "fault-once-529"])("tries again by itself: %s", async (fault) => {
    const frames = await engine.run(modelTurn(provider, "hello", fault));
    expect(spokenText(frames)).toBe("You said: hello");
  });

  it("goes on after a tool that does not exist", async () => {
    const frames = await engine.run(modelTurn(provider, "use a tool that is not there"));
    expect(endOf(frames).reason).toBe("done");
    expect(spokenText(frames)).toContain("That did not work");
  });
});

describe("a model that never answers", () => {
  it("is given up, in plain words, and the room stays usable", async () => {
    const impatient = await TestEngine.start(runtime, { modelIdleMs: 2_000 });
    onTestFinished(() => impatient.stop());
    const silent = await ModelServer.start({ listen: impatient.modelSocketPath });
    onTestFinished(() => silent.stop());
    const model = { kind: "model", provider: "anthropic", token: "t" } as const;
    const frames = await impatient.run(
      impatient.turn("hello", { model: { ...model, modelId: "fault-silent" } }),
    );
    expect(endOf(frames)).toMatchObject({
      reason: "failed",
      message: "The model did not answer for 2 seconds. Try again.",
    });
    const next = await impatient.run(
      impatient.turn("hello", { model: { ...model, modelId: "scripted-model" } }),
    );
    expect(spokenText(next)).toContain("You said: hello");
  });
});

describe("the tools-only API", () => {
  it("takes the token of a turn that runs, and no other", async () => {
    const { stdout: port } = await engine.exec(
      `ss -Hltnp 2>/dev/null | awk '/pid=${engine.pid},/{sub(/.*:/,"",$4); print $4; exit}'`,
    );
    const api = `http://127.0.0.1:${port.trim()}`;
    const post = (path: string, headers: Record<string, string>) =>
      fetch(`${api}${path}`, { method: "POST", headers, body: "{}" }).then(({ status }) => status);
    expect(await post("/model/messages", {})).toBe(401);
    expect(await post("/model/messages", { "x-api-key": "turn-token" })).toBe(401);
    for (const path of [
      "/turns",
      "/exec",
      "/events",
      "/probe",
      "/ports",
      "/terminals/a",
      "/model",
      "/",
    ]) {
      for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH"]) {
        const { status } = await fetch(`${api}${path}`, { method });
        expect(status, `${method} ${path}`).toBe(404);
      }
    }
    expect((await fetch(`${api}/health`)).status).toBe(200);
  });

  it("gives a plain answer when the model gateway is away", async () => {
    const away = await TestEngine.start(runtime);
    onTestFinished(() => away.stop());
    const model = { kind: "model", provider: "openai", modelId: "m", token: "t" } as const;
    const frames = await away.run(away.turn("hello", { model }));
    expect(endOf(frames)).toMatchObject({
      reason: "failed",
      message: "The model's provider has a problem (503). The model gateway does not answer.",
    });
  });
});
