import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { ViewerView, WorkroomView } from "@/lib/protocol/views";
import { agentKeys } from "./agents";
import { mergeRooms, type RoomPages } from "./room-lists";
import { viewerQuery } from "./viewer";
import { dropWorkroom, storeWorkroom, workroomKeys } from "./workrooms";

const workroom = (id: string, lastActiveAt: string): WorkroomView => ({
  id,
  kind: "room",
  savedAt: null,
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
  isDraft: false,
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
const mine = workroomKeys.pages(["mine"], "");
const team = workroomKeys.pages(["team"], "");

const pagesOf = (...workrooms: WorkroomView[]): RoomPages => ({
  pages: [{ workrooms, nextCursor: null }],
  pageParams: [null],
});

function clientWithLists(): QueryClient {
  const client = new QueryClient();
  client.setQueryData(viewerQuery().queryKey, { user: { id: "usr_1" } } as ViewerView);
  client.setQueryData(mine, pagesOf(newer, older));
  client.setQueryData(team, pagesOf());
  return client;
}

const listed = (client: QueryClient, key: readonly string[] = mine) =>
  mergeRooms(
    client.getQueryData<RoomPages>(key)?.pages.flatMap(({ workrooms }) => workrooms) ?? [],
  ).map(({ id }) => id);

describe("storeWorkroom", () => {
  it("replaces a listed workroom, and the newest comes first", () => {
    const client = clientWithLists();
    storeWorkroom(client, { ...older, title: "renamed", lastActiveAt: "2026-03-10T12:00:00Z" });
    expect(listed(client)).toEqual(["wr_older", "wr_newer"]);
    expect(client.getQueryData<WorkroomView>(workroomKeys.detail("wr_older"))?.title).toBe(
      "renamed",
    );
  });

  it("lists a new workroom where it belongs, and a draft nowhere", () => {
    const client = clientWithLists();
    storeWorkroom(client, workroom("wr_new", "2026-03-10T13:00:00Z"));
    const draft = workroom("wr_draft", "2026-03-10T13:00:00Z");
    storeWorkroom(client, { ...draft, isDraft: true });
    const colleague = { createdBy: { id: "usr_2", name: "Ben" }, openness: "open" } as const;
    storeWorkroom(client, { ...workroom("wr_ben", "2026-03-10T14:00:00Z"), ...colleague });
    expect(listed(client)).toEqual(["wr_new", "wr_newer", "wr_older"]);
    expect(listed(client, team)).toEqual(["wr_ben"]);
  });

  it("lists the computer of an employee nowhere, and has its page read again", () => {
    const client = clientWithLists();
    client.setQueryData(agentKeys.list, "read");
    const open = { kind: "computer", openness: "open" } as const;
    for (const maker of ["usr_1", "usr_2"])
      storeWorkroom(client, {
        ...workroom("wr_computer", "2026-03-10T14:00:00Z"),
        ...open,
        createdBy: { id: maker, name: "Ben" },
      });
    expect(listed(client)).toEqual(["wr_newer", "wr_older"]);
    expect(listed(client, team)).toEqual([]);
    expect(client.getQueryState(agentKeys.list)?.isInvalidated).toBe(true);
  });

  it("lists a workroom under a search only when its title matches", () => {
    const client = clientWithLists();
    const search = workroomKeys.pages(["mine"], "sales");
    client.setQueryData(search, pagesOf());
    storeWorkroom(client, workroom("wr_new", "2026-03-10T13:00:00Z"));
    storeWorkroom(client, { ...workroom("wr_s", "2026-03-10T13:00:00Z"), title: "Sales 2026" });
    expect(listed(client, search)).toEqual(["wr_s"]);
  });
});

describe("dropWorkroom", () => {
  it("takes a workroom out of every list and forgets its page", () => {
    const client = clientWithLists();
    storeWorkroom(client, older);
    dropWorkroom(client, "wr_older");
    expect(listed(client)).toEqual(["wr_newer"]);
    expect(client.getQueryData(workroomKeys.detail("wr_older"))).toBeUndefined();
  });
});
