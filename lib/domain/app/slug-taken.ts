import { AppError } from "@/lib/errors";

const UNIQUE_VIOLATION = "23505";

/** Names are unique across organisations, whose rows this one can't see: the index tells. */
export async function slugTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isSlugViolation(error))
      throw new AppError("conflict", "This name is taken. Choose another one.", { cause: error });
    throw error;
  }
}

function isSlugViolation(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, constraint } = cause as Error & { code?: unknown; constraint?: unknown };
    if (code === UNIQUE_VIOLATION && constraint === "apps_slug_unique") return true;
  }
  return false;
}
