import { z } from "zod";
import { AppError } from "@/lib/errors";

const MAX_CURSOR_LENGTH = 500;

/** The input of a list that is read page by page; the list sets its own largest and usual page. */
export const pageInput = ({ max, usual }: { max: number; usual: number }) => ({
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional(),
  limit: z.coerce.number().int().min(1).max(max).default(usual),
});

/** The field of its output: null when there is nothing after this page. */
export const NextCursor = z.string().nullable();

/**
 * Where a page of one list ended, as an opaque text. It holds the sort key of the page's last row, so rows that come or
 * go in between shift nothing. It is checked, not signed: it only narrows what its reader may see anyway.
 *
 * A time belongs into it as the database's own text (`created_at::text`): a Date drops microseconds, and rows with them.
 */
export function defineCursor<Position extends z.ZodType>(list: string, position: Position) {
  const Envelope = z.object({ list: z.literal(list), at: z.unknown() });
  return {
    write: (at: z.input<Position>): string =>
      Buffer.from(JSON.stringify({ list, at })).toString("base64url"),

    /** @throws AppError `invalid_input` for anything that this list has not written */
    read(cursor: string | undefined): z.output<Position> | null {
      if (cursor === undefined) return null;
      const text = Buffer.from(cursor, "base64url").toString("utf8");
      const at = position.safeParse(Envelope.safeParse(parseJson(text)).data?.at);
      if (!at.success)
        throw new AppError("invalid_input", "This cursor is not of this list. Start again.");
      return at.data;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A page out of rows that were read with `limit + 1`: the extra one only tells that there is more.
 */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { page: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? cursorOf(last) : null;
  return { page, nextCursor };
}
