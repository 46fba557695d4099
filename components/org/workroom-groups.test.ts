import { describe, expect, it } from "vitest";
import type { WorkroomView } from "@/lib/protocol/views";
import { matchesFilter } from "@/lib/client/matches-filter";
import { groupOf, listSidebarRows } from "./workroom-groups";

const workroom = (title: string, fields: Partial<WorkroomView>): WorkroomView => ({
  id: `wr_${title}`,
  kind: "room",
  savedAt: null,
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
  isDraft: false,
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
    const names = listSidebarRows(rooms, { viewerId: "usr_1", hasMore: true }).map((row) =>
      row.kind === "group"
        ? `${row.name} ${row.count}${row.hasMore ? "+" : ""}`
        : row.workroom.title,
    );
    expect(names).toEqual([
      "Needs you 1",
      "broken",
      "Working 2",
      "busy",
      "booting",
      "Idle 1+",
      "idle",
      "Sleeping 1+",
      "asleep",
    ]);
    expect(listSidebarRows([], { viewerId: "usr_1", hasMore: false })).toEqual([]);
  });

  it("keeps a pinned workroom on top whatever it does", () => {
    expect(groupOf(workroom("pinned", { isPinned: true, state: "failed" }), "usr_1")).toBe(
      "Pinned",
    );
  });

  it("needs a person for a question until it is answered, for a failure until it was seen", () => {
    const asked = workroom("asked", { attention: "needs_you" });
    const failed = workroom("failed", { attention: "failed", isUnread: true });
    expect(groupOf(asked, "usr_1")).toBe("Needs you");
    expect(groupOf(failed, "usr_1")).toBe("Needs you");
    expect(groupOf({ ...failed, isUnread: false }, "usr_1")).toBe("Idle");
  });

  it("leaves a colleague's open room to the colleague", () => {
    const asked = workroom("asked", { attention: "needs_you", openness: "open" });
    expect(groupOf(asked, "usr_2")).toBe("Idle");
  });
});

describe("matchesFilter", () => {
  it("filters by every word, whatever its case", () => {
    expect(matchesFilter("Sales dashboard", "dash SALES")).toBe(true);
    expect(matchesFilter("Sales dashboard", "sales lamp")).toBe(false);
    expect(matchesFilter("Sales dashboard", "  ")).toBe(true);
  });
});
