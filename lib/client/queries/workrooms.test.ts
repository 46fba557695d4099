import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { WorkroomView } from "@/lib/protocol/views";
import { dropWorkroom, storeWorkroom, workroomKeys } from "./workrooms";

const workroom = (id: string, lastActiveAt: string): WorkroomView => ({
  id,
  orgId: "org_1",
  title: id,
  createdBy: { id: "usr_1", name: "Ada" },
  createdAt: lastActiveAt,
  lastActiveAt,
  state: "active",
  desiredState: "active",
  transition: null,
  reason: "user",
  failure: null,
  bootMs: null,
  walls: null,
  isWorking: false,
  queuedCount: 0,
  employee: { isScripted: true, label: "Demo" },
  previewPorts: [],
  app: null,
  mainChatId: "ch_1",
  openness: "private",
  access: "own",
  isShared: false,
  isPinned: false,
  isMuted: false,
  isUnread: false,
  attention: null,
  actingAs: null,
});

const older = workroom("wr_older", "2026-03-10T10:00:00Z");
const newer = workroom("wr_newer", "2026-03-10T11:00:00Z");
const mine = workroomKeys.list("mine");

function clientWithList(): QueryClient {
  const client = new QueryClient();
  client.setQueryData(mine, [newer, older]);
  return client;
}

const listed = (client: QueryClient) =>
  client.getQueryData<WorkroomView[]>(mine)?.map(({ id }) => id);

describe("storeWorkroom", () => {
  it("replaces a listed workroom and keeps the newest first", () => {
    const client = clientWithList();
    storeWorkroom(client, { ...older, title: "renamed", lastActiveAt: "2026-03-10T12:00:00Z" });
    expect(listed(client)).toEqual(["wr_older", "wr_newer"]);
    expect(client.getQueryData<WorkroomView>(workroomKeys.detail("wr_older"))?.title).toBe(
      "renamed",
    );
  });

  it("never lists a workroom by itself, since it may be a draft: it asks the server again", () => {
    const client = clientWithList();
    storeWorkroom(client, workroom("wr_draft", "2026-03-10T13:00:00Z"));
    expect(listed(client)).toEqual(["wr_newer", "wr_older"]);
    expect(client.getQueryState(mine)?.isInvalidated).toBe(true);
    expect(client.getQueryState(workroomKeys.list("all"))).toBeUndefined();
  });
});

describe("dropWorkroom", () => {
  it("takes a deleted workroom out of every list and forgets its page", () => {
    const client = clientWithList();
    storeWorkroom(client, older);
    dropWorkroom(client, "wr_older");
    expect(listed(client)).toEqual(["wr_newer"]);
    expect(client.getQueryData(workroomKeys.detail("wr_older"))).toBeUndefined();
  });
});
