import { AppError } from "@/lib/errors";

/** What was read from the store is not what was written; `why` goes to the log. */
export const damaged = (why: string) =>
  new AppError("internal", "A saved state of this workroom is damaged, so it is not used.", {
    details: { why },
  });
