import type { Workroom } from "@/lib/db/schema";

type Openness = Workroom["openness"];

type NewRoom = {
  /** What its maker chose, if they chose. */
  wished: Openness | undefined;
  /** The organisation's rule for rooms with a repository; null for a room that has none. */
  repositoryOpenness: Openness | null;
};

/**
 * Who can open a new room. Decided once, when it is made: its maker's choice, else the organisation's rule for rooms
 * with a repository, else nobody but its maker.
 */
export const opennessOf = ({ wished, repositoryOpenness }: NewRoom): Openness =>
  wished ?? repositoryOpenness ?? "private";
