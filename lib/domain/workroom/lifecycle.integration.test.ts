import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { checkpoints, turns, workrooms, workspaceCommits } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { sweepRooms } from "@/lib/worker/sweep-rooms";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { sendMessage } from "../chat/send-message";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { dispatchTurn } from "../turn/dispatch-turn";
import { fileCall, filled } from "@/test/host/file-call";
import { changeByOp } from "../file/file-verbs";
import { saveEdits } from "../checkpoint/save-edits";
import { createWorkroom } from "./create-workroom";
import { checkStartedRoom } from "./check-walls";
import { deleteWorkroom } from "./delete-workroom";
import { reconcileWorkroom } from "./reconcile-workroom";
import { sleepWorkroom } from "./sleep-workroom";
import { wakeWorkroom } from "./wake-workroom";

let installation: Installation;
let provisioner: ReturnType<typeof createFakeProvisioner>;
let ctx: Context;
let roomId: string;
let chatId: string;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-life-"));
  provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(() => installation.close());
beforeEach(async () => {
  ctx = await addPerson(installation.ports);
  const room = await createWorkroom.run(ctx, { isDraft: false });
  [roomId, chatId] = [room.id, room.mainChatId];
});

const row = async () => {
  const [room] = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.select().from(workrooms).where(eq(workrooms.id, roomId)),
  );
  return room!;
};
const set = (change: Partial<typeof workrooms.$inferInsert>) =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(workrooms).set(change).where(eq(workrooms.id, roomId)),
  );
const reconcile = (change: Partial<Context> = {}) =>
  reconcileWorkroom({ ...ctx, ...change }, roomId);
const later = (minutes: number): Context => {
  const at = new Date(Date.now() + minutes * 60_000);
  return { ...ctx, now: () => at };
};
const startTurn = async () => {
  const id = newId("turn");
  const rest = { orgId: ctx.orgId, chatId, workroomId: roomId, messageId: "m", epoch: 1 };
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.insert(turns).values({ id, ...rest, employeeLabel: "Demo", acceptedAt: new Date() }),
  );
  return id;
};
const turnRow = async (id: string) => {
  const [turn] = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.select().from(turns).where(eq(turns.id, id)),
  );
  return turn;
};
/** The host as it is when its process is gone. */
const deadHost: Context["host"] = {
  ...({} as Context["host"]),
  call: async () => {
    throw new AppError("unavailable", "The host does not answer.");
  },
};

describe("the reconciler", () => {
  test("starts a room in a new epoch, and does nothing when asked again", async () => {
    await reconcile();
    expect(await row()).toMatchObject({
      state: "active",
      epoch: 1,
      transition: null,
      failure: null,
    });
    await reconcile();
    expect(await row()).toMatchObject({ state: "active", epoch: 1 });
  });

  test("saves the files and ends the sandbox on sleep, and brings the same files back up", async () => {
    await reconcile();
    await fileCall(ctx.host, roomId, "write", { path: "a.txt", content: "kept" });
    await sleepWorkroom.run(ctx, { workroomId: roomId });
    await reconcile();
    expect(await row()).toMatchObject({ state: "sleeping", reason: "user" });
    expect((await provisioner.list()).map((one) => one.roomId)).not.toContain(roomId);
    await wakeWorkroom.run(ctx, { workroomId: roomId });
    await reconcile();
    expect(await row()).toMatchObject({ state: "active", epoch: 2 });
    expect((await fileCall(ctx.host, roomId, "stat", { path: "a.txt" })).size).toBe(4);
  });

  test("gives a room whose disk is gone its last saved files", async () => {
    await reconcile();
    await fileCall(ctx.host, roomId, "write", { path: "a.txt", content: "saved" });
    await sleepWorkroom.run(ctx, { workroomId: roomId });
    await reconcile();
    await provisioner.destroy(roomId);
    await wakeWorkroom.run(ctx, { workroomId: roomId });
    await reconcile();
    expect((await fileCall(ctx.host, roomId, "stat", { path: "a.txt" })).size).toBe(5);
  });

  test("a turn that runs refuses sleep, and one that began just before takes the wish back", async () => {
    await reconcile();
    const turnId = await startTurn();
    await expect(sleepWorkroom.run(ctx, { workroomId: roomId })).rejects.toMatchObject({
      code: "conflict",
    });
    await set({ desiredState: "sleeping", generation: (await row()).generation + 1 });
    await reconcile();
    expect(await row()).toMatchObject({ state: "active", desiredState: "active" });
    expect(await turnRow(turnId)).toMatchObject({ state: "running" });
  });

  test("a sandbox that is gone is started anew, and its turn says interrupted", async () => {
    await reconcile();
    const turnId = await startTurn();
    await provisioner.stop(roomId);
    await reconcile();
    expect(await row()).toMatchObject({ state: "active", epoch: 2, reason: "crash" });
    expect(await turnRow(turnId)).toMatchObject({ state: "interrupted" });
  });

  test("a sandbox that ends again right after its start waits for a person", async () => {
    await reconcile();
    await provisioner.stop(roomId);
    await reconcile();
    await provisioner.stop(roomId);
    await reconcile();
    expect(await row()).toMatchObject({ state: "failed" });
    expect((await row()).failure).toContain("Wake the workroom");
    await wakeWorkroom.run(ctx, { workroomId: roomId });
    await reconcile();
    expect(await row()).toMatchObject({ state: "active", failure: null });
  });

  test("a host that is down is waited for, in plain words, and is no failure of the room", async () => {
    await expect(reconcile({ host: deadHost })).rejects.toMatchObject({ code: "unavailable" });
    expect(await row()).toMatchObject({ state: "booting", failure: null });
    expect((await row()).transition).toMatch(/^Waiting for/);
    await reconcile();
    expect(await row()).toMatchObject({ state: "active", transition: null });
  });

  test("two at once start one sandbox, and the second looks again later without a failure", async () => {
    const asked: (Date | undefined)[] = [];
    const jobs: Context["jobs"] = {
      enqueue: async (tx, job, options) => {
        if (job.name === "reconcile_workroom") asked.push(options?.runAt);
        await ctx.jobs.enqueue(tx, job, options);
      },
    };
    await Promise.all([reconcile({ jobs }), reconcile({ jobs })]);
    expect(await row()).toMatchObject({ state: "active", epoch: 1 });
    expect(asked).toMatchObject([expect.any(Date)]);
  });
});

describe("a room that is deleted in the middle", () => {
  /** An outside that fails; with `deletes`, because the room has just gone. */
  const gone = async (deletes: boolean): Promise<never> => {
    if (deletes) await deleteWorkroom.run(ctx, { workroomId: roomId });
    throw new AppError("unavailable", "The workroom's engine does not answer.");
  };
  beforeEach(() => reconcile());

  test("leaves the check of its walls without a failure, which one that is there would be", async () => {
    const check = (deletes: boolean) =>
      checkStartedRoom({ ...ctx, host: { ...ctx.host, call: () => gone(deletes) } }, roomId);
    await expect(check(false)).rejects.toThrow("does not answer");
    await check(true);
  });

  test("leaves a turn that was to start without a failure, which one that is there would be", async () => {
    await sendMessage.run(ctx, { chatId, text: "Go", attachments: [], idempotencyKey: "go-1" });
    const dispatch = (deletes: boolean) =>
      dispatchTurn({ ...ctx, engine: { ...ctx.engine, startTurn: () => gone(deletes) } }, chatId);
    await expect(dispatch(false)).rejects.toThrow("does not answer");
    await dispatch(true);
  });
});

describe("checkpoints", () => {
  test("an older life's snapshot is not committed: the newer one's is", async () => {
    await reconcile();
    const raise = async () => set({ epoch: 9 });
    const host: Context["host"] = {
      ...ctx.host,
      call: async (method, input, options) => {
        const result = await ctx.host.call(method, input, options);
        if (method === "snapshot") await raise();
        return result;
      },
    };
    const cause = { reason: "edit", turnId: null, actorId: null } as const;
    await takeCheckpoint({ ...ctx, host }, roomId, cause);
    const rows = await inOrg(ctx.db, ctx.orgId, (tx) => tx.select().from(checkpoints));
    expect(rows).toMatchObject([{ seq: 1, epoch: 9 }]);
    const commits = await inOrg(ctx.db, ctx.orgId, (tx) => tx.select().from(workspaceCommits));
    expect(new Set(commits.map(({ epoch }) => epoch))).toEqual(new Set([9]));
  });

  test("an edit is saved once, however often the job comes", async () => {
    await reconcile();
    await changeByOp(ctx, roomId, "write", filled("write", { path: "a.txt", content: "x" }));
    for (let round = 0; round < 3; round += 1)
      await saveEdits(ctx, { workroomId: roomId, actorId: "usr_x" });
    const rows = await inOrg(ctx.db, ctx.orgId, (tx) => tx.select().from(checkpoints));
    expect(rows).toMatchObject([{ seq: 1, reason: "edit", added: 1 }]);
  });
});

describe("sweeps", () => {
  test("an idle room is put to sleep; one with a turn or a fresh message is not", async () => {
    await reconcile();
    await sweepRooms(later(50));
    expect(await row()).toMatchObject({ desiredState: "active" });
    const turnId = await startTurn();
    await sweepRooms(later(61));
    expect(await row()).toMatchObject({ desiredState: "active" });
    await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx.update(turns).set({ state: "done", finishedAt: new Date() }).where(eq(turns.id, turnId)),
    );
    await sweepRooms(later(61));
    expect(await row()).toMatchObject({ desiredState: "sleeping", reason: "idle" });
    await sendMessage.run(ctx, { chatId, text: "Hi", attachments: [], idempotencyKey: "k" });
    expect(await row()).toMatchObject({ desiredState: "active", reason: "message" });
  });

  test("a draft that was given up is removed; one with a message stays", async () => {
    const draft = await createWorkroom.run(ctx, { isDraft: true });
    const used = await createWorkroom.run(ctx, { isDraft: true });
    const message = { chatId: used.mainChatId, text: "Hi", attachments: [], idempotencyKey: "k" };
    await sendMessage.run(ctx, message);
    await sweepRooms(later(61));
    const rows = await inOrg(ctx.db, ctx.orgId, (tx) => tx.select().from(workrooms));
    const deletedAt = (id: string) => rows.find((room) => room.id === id)?.deletedAt ?? null;
    expect(deletedAt(draft.id)).not.toBeNull();
    expect(deletedAt(used.id)).toBeNull();
  });
});
