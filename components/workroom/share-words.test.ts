import { describe, expect, it } from "vitest";
import type { ShareView, WorkroomView } from "@/lib/protocol/views";
import { shareSentence } from "./share-words";

const room = (fields: Partial<WorkroomView>) =>
  ({
    openness: "private",
    access: "own",
    isShared: false,
    createdBy: { id: "usr_1", name: "Ada" },
    ...fields,
  }) as WorkroomView;
const share = (name: string | null, access: ShareView["access"]): ShareView => ({
  subject: name ?? "everyone",
  person: name === null ? null : { id: name, name, email: `${name}@example.com` },
  access,
  sharedAt: "2026-03-10T10:00:00Z",
});

describe("shareSentence", () => {
  it("says who can open a room of one's own", () => {
    expect(shareSentence(room({}), "Acme", [])).toBe("Only you can open this.");
    expect(shareSentence(room({}), "Acme", [share("Ben", "view")])).toBe(
      "You and Ben can open this.",
    );
    expect(shareSentence(room({}), "Acme", [share(null, "edit"), share("Ben", "view")])).toBe(
      "Everyone in Acme can open this and work in it.",
    );
    expect(shareSentence(room({}), "Acme", [share(null, "view")])).toBe(
      "Everyone in Acme can look at this.",
    );
  });

  it("says of an open room that everyone can work in it", () => {
    expect(shareSentence(room({ openness: "open", access: "edit" }), "Acme", undefined)).toBe(
      "Everyone in Acme can open this and work in it.",
    );
  });

  it("says to a person with whom it is shared by whom, and what they may", () => {
    expect(shareSentence(room({ access: "view" }), "Acme", undefined)).toBe(
      "Ada shares this with you. You can look at it.",
    );
  });
});
