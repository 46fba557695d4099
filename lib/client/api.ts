import type { ErrorCode } from "@/lib/errors";

type FieldErrors = Readonly<Record<string, string>>;

/** A request that did not work. `message` is plain words and may be shown; `network`: no answer came at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: ErrorCode | "network",
    readonly status: number,
    message: string,
    readonly fieldErrors: FieldErrors = {},
    /** Seconds to wait before the next try, when the server named them. */
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }
}

type Problem = { code?: ErrorCode; detail?: string; title?: string; errors?: unknown };

/** Each field's first complaint, by its name: a problem names fields by JSON pointers ("/title"). */
function readFieldErrors(errors: unknown): FieldErrors {
  const fields: Record<string, string> = {};
  if (!Array.isArray(errors)) return fields;
  for (const { pointer, detail } of errors as { pointer?: unknown; detail?: unknown }[]) {
    if (typeof pointer !== "string" || typeof detail !== "string") continue;
    const field = pointer.slice(1).replaceAll("/", ".");
    fields[field] ??= detail;
  }
  return fields;
}

/** Turns a refused answer into an ApiError; a body that is no problem document still gives plain words. */
export async function readProblem(status: number, text: string, retryAfter: string | null) {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // A proxy's HTML page, or nothing: the status has to do.
  }
  const fallback =
    status >= 500
      ? "Something went wrong on our side. Try again in a moment."
      : "That didn't work. Reload the page and try again.";
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter);
  return new ApiError(
    problem.code ?? (status >= 500 ? "internal" : "invalid_input"),
    status,
    problem.detail ?? problem.title ?? fallback,
    readFieldErrors(problem.errors),
    Number.isFinite(seconds) ? seconds : null,
  );
}

type ApiOptions = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  query?: Readonly<Record<string, string | number | undefined>>;
  signal?: AbortSignal;
  timeoutMs?: number;
};

const withQuery = (path: string, query: ApiOptions["query"]) => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) params.set(name, String(value));
  }
  return params.size > 0 ? `${path}?${params}` : path;
};

const urlOf = (path: string, query: ApiOptions["query"]) =>
  withQuery(path.startsWith("/api/") ? path : `/api/v1${path}`, query);

/** A person of several organisations looks at one of them; the page's layout says which. */
const orgOfPage = () =>
  document.querySelector<HTMLElement>("[data-org-id]")?.dataset["orgId"] ?? null;

const requestOf = (method: string, body: unknown, orgId: string | null): RequestInit => ({
  method,
  credentials: "same-origin",
  headers: {
    accept: "application/json",
    ...(orgId !== null && { "workroom-org": orgId }),
    ...(body !== undefined && { "content-type": "application/json" }),
  },
  body: body === undefined ? null : JSON.stringify(body),
});

/**
 * The one way to call our REST API: `api<WorkroomView>("/workrooms/wr_…", {method: "PATCH", body: {title}})`. A path
 * that starts with /api/ is taken as it is.
 *
 * @throws ApiError for every refusal, for an answer that never came, and for one that came too late
 */
export async function api<T>(path: string, options: ApiOptions = {}): Promise<T> {
  const { method = "GET", body, query, signal, timeoutMs = 30_000 } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(urlOf(path, query), {
      ...requestOf(method, body, orgOfPage()),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("network", 0, "Can't reach Workroom. Check the connection and try again.");
  }
  if (!response.ok)
    throw await readProblem(response.status, text, response.headers.get("retry-after"));
  return (text === "" ? {} : JSON.parse(text)) as T;
}

/** Words for a person, whatever was thrown. */
export const errorText = (error: unknown): string =>
  error instanceof ApiError ? error.message : "That didn't work. Try again.";
