import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import { sweepRooms } from "@/lib/worker/sweep-rooms";
import { filled } from "@/test/host/file-call";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { createAgent } from "../agent/create-agent";
import { changeAgent } from "../agent/change-agent";
import { deleteAgent } from "../agent/delete-agent";
import { getAgent } from "../agent/get-agent";
import { listAgents } from "../agent/list-agents";
import { turnOffWorkspace, turnOnWorkspace } from "../agent/turn-on-workspace";
import { publishVersion } from "../app/publish-version";
import { createChat } from "../chat/create-chat";
import type { Context } from "../context";
import { changeByOp, lookAtFiles } from "../file/file-verbs";
import { removeMember } from "../member/remove-member";
import { deleteSession } from "../session/delete-session";
import { getSession } from "../session/get-session";
import { listWorkspaceSessions } from "../session/list-sessions";
import { openSession } from "../session/open-session";
import { putShare } from "../share/put-share";
import { deleteWorkroom } from "../workroom/delete-workroom";
import { listWorkrooms } from "../workroom/list-workrooms";
import { reconcileWorkroom } from "../workroom/reconcile-workroom";
import { renameWorkroom } from "../workroom/rename-workroom";
import { changeQuota } from "./change-quota";
import { ensureAwake } from "./ensure-awake";
import { getWorkspace } from "./get-workspace";
import { loadWorkspace } from "./load-workspace";
import { sleepWorkspace, wakeWorkspace } from "./wake-workspace";

let installation: Installation;
let ada: Context;
let ben: Context;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-spaces-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
  });
});
afterAll(() => installation.close());
beforeEach(async () => {
  ada = await addPerson(installation.ports);
  ben = await addPerson(installation.ports, { orgId: ada.orgId, role: "member" });
});

const open = (ctx: Context, name: string) => openSession.run(ctx, { channel: "api", name });
const write = (ctx: Context, workspaceId: string, path: string, content: string) =>
  changeByOp(ctx, workspaceId, "write", filled("write", { path, content }));
const read = async (ctx: Context, workspaceId: string, path: string) =>
  (await lookAtFiles(ctx, workspaceId, "read", filled("read", { path }))).content;
const exists = async (ctx: Context, workspaceId: string, path: string) =>
  (await lookAtFiles(ctx, workspaceId, "exists", filled("exists", { path }))).exists;
const employee = async (ctx: Context, name = "Grace") => {
  const { id } = await createAgent.run(ctx, { name, instructions: "" });
  const { computer } = await turnOnWorkspace.run(ctx, { agentId: id });
  return { id, roomId: computer?.roomId ?? "" };
};
const rowOf = async (ctx: Context, id: string) => {
  const [room] = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.select().from(workrooms).where(eq(workrooms.id, id)),
  );
  return room!;
};

describe("a session", () => {
  test("is the same again for one person, channel and name, also of twenty opened at once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => open(ada, "nightly")));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    const other = await openSession.run(ada, { channel: "mcp", name: "nightly" });
    expect(other.id).not.toBe(all[0]?.id);
    expect(other.root).toBe(`sessions/${ada.orgId}/mcp/${other.id}`);
    const { sessions } = await listWorkspaceSessions.run(ada, { limit: 10 });
    expect(sessions.map(({ id }) => id).toSorted()).toEqual([all[0]?.id, other.id].toSorted());
  });

  test("is a person's own: with the same name two people have two, and see nothing of each other's", async () => {
    const [mine, theirs] = await Promise.all([open(ada, "report"), open(ben, "report")]);
    await write(ada, mine.id, "output/a.txt", "Ada's");
    await write(ben, theirs.id, "output/a.txt", "Ben's");
    expect(await read(ada, mine.id, "output/a.txt")).toBe("Ada's");
    expect(await read(ben, theirs.id, "output/a.txt")).toBe("Ben's");
    const missing = newId("workspaceSession");
    const answer = (id: string) =>
      getWorkspace.run(ben, { workspaceId: id }).catch((error: unknown) => String(error));
    expect(await answer(mine.id)).toBe(await answer(missing));
    const known = { code: "not_found", message: "Session not found." };
    await expect(getSession.run(ben, { workspaceSessionId: mine.id })).rejects.toMatchObject(known);
    await expect(write(ben, mine.id, "output/b", "x")).rejects.toMatchObject(known);
    await expect(loadWorkspace(ben, "workroom.run", mine.roomId)).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await listWorkspaceSessions.run(ben, { limit: 10 })).sessions).toHaveLength(1);
  });

  test("of many at once keeps its files apart from all others", async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, (_, i) => open(ada, `s${i}`)));
    await Promise.all(sessions.map(({ id, name }) => write(ada, id, "output/own.txt", name)));
    for (const { id, name } of sessions) expect(await read(ada, id, "output/own.txt")).toBe(name);
  });

  test("starts asleep with limits, stands in no list of rooms, and is gone with its files when deleted", async () => {
    const session = await open(ada, "one");
    expect(session).toMatchObject({ state: "sleeping", quota: ada.settings.sessionQuota });
    await write(ada, session.id, "output/a.txt", "kept");
    expect((await rowOf(ada, session.roomId)).state).toBe("sleeping");
    const views = "mine,shared,team";
    expect((await listWorkrooms.run(ada, listInput(views))).workrooms).toEqual([]);
    await deleteSession.run(ada, { workspaceSessionId: session.id });
    await reconcileWorkroom(ada, session.roomId);
    expect(await ada.store.list(`${session.root}/`, { limit: 1 })).toEqual([]);
    const again = await open(ada, "one");
    expect(again.id).not.toBe(session.id);
    expect(await exists(ada, again.id, "output/a.txt")).toBe(false);
  });

  test("ends with the membership of its person, and goes to nobody", async () => {
    const session = await open(ben, "private");
    const kept = await employee(ben);
    if (ben.actor.kind !== "user") throw new Error("Ben is a person.");
    const { passedWorkrooms } = await removeMember.run(ada, { userId: ben.actor.userId });
    expect(passedWorkrooms).toBe(0);
    expect((await rowOf(ada, session.roomId)).deletedAt).not.toBeNull();
    const computer = await getAgent.run(ada, { agentId: kept.id });
    expect(computer).toMatchObject({ access: "own", computer: { roomId: kept.roomId } });
  });
});

const listInput = (views: string) => listWorkrooms.input.parse({ views });

describe("an employee's workspace", () => {
  test("is there the moment it is turned on, and keeps what it holds while it is off", async () => {
    const { id } = await createAgent.run(ada, { name: "Grace", instructions: "" });
    const off = { code: "conflict" };
    await expect(getWorkspace.run(ada, { workspaceId: id })).rejects.toMatchObject(off);
    const on = await turnOnWorkspace.run(ada, { agentId: id });
    expect(await ada.store.list(`agents/${id}/`, { limit: 5 })).toHaveLength(1);
    await write(ada, id, "memory.json", "{}");
    const roomId = on.computer?.roomId ?? "";
    await turnOffWorkspace.run(ada, { agentId: id });
    await expect(read(ada, id, "memory.json")).rejects.toMatchObject(off);
    await expect(read(ada, roomId, "memory.json")).rejects.toMatchObject(off);
    await expect(loadWorkspace(ada, "workroom.run", roomId)).rejects.toMatchObject(off);
    const again = await turnOnWorkspace.run(ada, { agentId: id });
    expect(again.computer?.roomId).toBe(roomId);
    expect(await read(ada, id, "memory.json")).toBe("{}");
  });

  test("is apart from those of other employees and organisations", async () => {
    const [one, two] = [await employee(ada, "One"), await employee(ada, "Two")];
    await write(ada, one.id, "secret.txt", "of One");
    expect(await exists(ada, two.id, "secret.txt")).toBe(false);
    const clamped = `../../${one.id}/secret.txt`;
    expect(await exists(ada, two.id, clamped)).toBe(false);
    const stranger = await addPerson(installation.ports);
    for (const id of [one.id, newId("agent")])
      await expect(getWorkspace.run(stranger, { workspaceId: id })).rejects.toMatchObject({
        code: "not_found",
        message: "Employee not found.",
      });
    await expect(loadWorkspace(stranger, "workroom.read", one.roomId)).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await listAgents.run(stranger, { limit: 10 })).agents).toEqual([]);
  });

  test("is used by members, managed by its maker and admins, and looked at by viewers", async () => {
    const { id } = await employee(ada);
    const viewer = await addPerson(installation.ports, { orgId: ada.orgId, role: "viewer" });
    await write(ben, id, "note.txt", "by Ben");
    expect(await read(viewer, id, "note.txt")).toBe("by Ben");
    const forbidden = { code: "forbidden" };
    await expect(write(viewer, id, "x", "x")).rejects.toMatchObject(forbidden);
    await expect(changeAgent.run(ben, { agentId: id, name: "Mine" })).rejects.toMatchObject(
      forbidden,
    );
    await expect(turnOffWorkspace.run(ben, { agentId: id })).rejects.toMatchObject(forbidden);
    await expect(changeQuota.run(ben, { workspaceId: id, quota: null })).rejects.toMatchObject(
      forbidden,
    );
    expect((await getAgent.run(ben, { agentId: id })).access).toBe("edit");
  });

  test("goes with the employee, from the store too, and in no list of rooms it ever was", async () => {
    const { id, roomId } = await employee(ada);
    await write(ada, id, "a.txt", "x");
    for (const ctx of [ada, ben])
      expect((await listWorkrooms.run(ctx, listInput("mine,shared,team"))).workrooms).toEqual([]);
    await changeAgent.run(ada, { agentId: id, name: "Hopper" });
    expect((await rowOf(ada, roomId)).title).toBe("Hopper");
    await deleteAgent.run(ada, { agentId: id });
    await reconcileWorkroom(ada, roomId);
    expect(await ada.store.list(`agents/${id}/`, { limit: 1 })).toEqual([]);
    await expect(getAgent.run(ada, { agentId: id })).rejects.toMatchObject({ code: "not_found" });
  });

  test("refuses what only workrooms have", async () => {
    const { roomId: workroomId } = await employee(ada);
    const conflict = { code: "conflict" };
    const subject = ben.actor.kind === "user" ? ben.actor.userId : "";
    const refused = [
      () => renameWorkroom.run(ada, { workroomId, title: "X" }),
      () => deleteWorkroom.run(ada, { workroomId }),
      () => createChat.run(ada, { workroomId, title: "X" }),
      () => putShare.run(ada, { workroomId, subject, access: "edit" }),
      () => publishVersion.run(ada, { workroomId, sourcePath: "site", note: "" }),
    ];
    for (const ask of refused) await expect(ask()).rejects.toMatchObject(conflict);
    expect((await rowOf(ada, workroomId)).deletedAt).toBeNull();
  });
});

describe("the computer of an employee", () => {
  test("wakes when something is to run in it, sleeps when nobody uses it, and has its files after it", async () => {
    const { id, roomId } = await employee(ada);
    await write(ada, id, "output/a.txt", "before");
    const woken = ensureAwake(ada, { id: roomId });
    const reconciled = reconcileWorkroom(ada, roomId);
    await Promise.all([woken, reconciled.then(() => reconcileWorkroom(ada, roomId))]);
    expect((await getWorkspace.run(ada, { workspaceId: id })).state).toBe("active");
    await write(ada, id, "output/a.txt", "awake");
    const at = new Date(Date.now() + 2 * ada.settings.idleSleepMs);
    await sweepRooms({ ...installation.ports, now: () => at });
    await reconcileWorkroom(ada, roomId);
    expect((await getWorkspace.run(ada, { workspaceId: id })).state).toBe("sleeping");
    expect(await read(ada, id, "output/a.txt")).toBe("awake");
  });

  test("is woken and put to sleep by hand; one that sleeps for somebody is not waited for", async () => {
    const { id, roomId } = await employee(ada);
    await wakeWorkspace.run(ben, { workspaceId: id });
    await reconcileWorkroom(ada, roomId);
    const asleep = await sleepWorkspace.run(ben, { workspaceId: id });
    expect(asleep).toMatchObject({ kind: "computer", desiredState: "sleeping" });
    await reconcileWorkroom(ada, roomId);
    expect(await rowOf(ada, roomId)).toMatchObject({ state: "sleeping", epoch: 1 });
  });
});

describe("limits", () => {
  test("are shown, changed and taken away, with what output holds", async () => {
    const { id } = await open(ada, "limited");
    await write(ada, id, "output/a.txt", "12345");
    await write(ada, id, "notes.txt", "elsewhere");
    const quota = { maxFileBytes: 10, maxFiles: 2, maxTotalBytes: 15 };
    const changed = await changeQuota.run(ada, { workspaceId: id, quota });
    expect(changed).toMatchObject({ quota, usage: { files: 1, bytes: 5 } });
    await expect(write(ada, id, "output/big", "x".repeat(11))).rejects.toMatchObject({
      details: { errno: "EFBIG" },
    });
    await changeQuota.run(ada, { workspaceId: id, quota: null });
    await write(ada, id, "output/big", "x".repeat(11));
    expect(await getWorkspace.run(ada, { workspaceId: id })).toMatchObject({
      quota: null,
      usage: { files: 2, bytes: 16 },
      storage: { id: null },
    });
  });
});
