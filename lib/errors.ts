/** Every failure the product can report, with its HTTP status. */
export const httpStatusByCode = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  key_reused: 422, // an Idempotency-Key that came with another request before
  rate_limited: 429,
  limit_exceeded: 429,
  internal: 500,
  unavailable: 503,
  disk_full: 507,
} as const;
export type ErrorCode = keyof typeof httpStatusByCode;

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(httpStatusByCode, code);

const brand = Symbol.for("workroom.AppError");

/** Expected failure: `message` is shown to the user, `cause` and `details` are only logged. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly [brand] = true;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, { cause: options.cause });
    this.details = options.details ?? {};
  }

  /** The web holds this class twice, in the server's bundle and in Next's: an error of one must count in the other. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/** A foreign id and a missing id answer alike, so ids cannot be probed. */
export const notFound = (entity: string) => new AppError("not_found", `${entity} not found.`);

/** For `catch`: what lies in something hidden is named by itself, so that nothing is told of what it lies in. */
export const notFoundAs =
  (entity: string) =>
  (error: unknown): never => {
    throw error instanceof AppError && error.code === "not_found" ? notFound(entity) : error;
  };
