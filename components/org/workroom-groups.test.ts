import { describe, expect, it } from "vitest";
import type { WorkroomView } from "@/lib/protocol/views";
import { listSidebarRows, matchesFilter } from "./workroom-groups";

const workroom = (title: string, fields: Partial<WorkroomView>): WorkroomView => ({
  id: `wr_${title}`,
  orgId: "org_1",
  title,
  createdBy: { id: "usr_1", name: "Ada" },
  createdAt: "2026-03-10T12:00:00Z",
  lastActiveAt: "2026-03-10T12:00:00Z",
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
  ...fields,
});

const rooms = [
  workroom("asleep", { state: "sleeping" }),
  workroom("idle", {}),
  workroom("busy", { isWorking: true }),
  workroom("broken", { state: "failed" }),
  workroom("booting", { state: "booting" }),
];

describe("listSidebarRows", () => {
  it("puts what needs a person first and leaves empty groups out", () => {
    const names = listSidebarRows(rooms, "").map((row) =>
      row.kind === "group" ? `${row.name} ${row.count}` : row.workroom.title,
    );
    expect(names).toEqual([
      "Needs you 1",
      "broken",
      "Working 2",
      "busy",
      "booting",
      "Idle 1",
      "idle",
      "Sleeping 1",
      "asleep",
    ]);
    expect(listSidebarRows(rooms, "idle").map(({ kind }) => kind)).toEqual(["group", "workroom"]);
    expect(listSidebarRows([], "")).toEqual([]);
  });

  it("filters by every word, whatever its case", () => {
    expect(matchesFilter("Sales dashboard", "dash SALES")).toBe(true);
    expect(matchesFilter("Sales dashboard", "sales lamp")).toBe(false);
    expect(matchesFilter("Sales dashboard", "  ")).toBe(true);
  });
});
