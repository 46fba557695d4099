import { APICallError, RetryError } from "ai";

const SETTINGS = "Check it under Settings › Models.";

/** The last of several tries tells what is wrong. */
const lastOf = (error: unknown): unknown =>
  RetryError.isInstance(error) ? error.lastError : error;

/** What went wrong with a model, and what to do, for a person. */
export function plainModelError(error: unknown): string {
  const cause = lastOf(error);
  const status = APICallError.isInstance(cause) ? cause.statusCode : undefined;
  if (APICallError.isInstance(cause) && status !== undefined && status >= 400) {
    const said = plainWords(cause.responseBody);
    const byStatus: Record<number, string> = {
      400: `The model did not take the request (400). ${said}`,
      401: `The model refused the key (401). ${SETTINGS}`,
      402: said || `The budget for this model is used up (402). ${SETTINGS}`,
      403: `The key may not use this model (403). ${SETTINGS}`,
      404: `The provider does not know this model (404). ${SETTINGS}`,
      413: "The chat has become too long for this model (413). Start a new chat.",
      429: "The model's limit is reached (429). Wait a while, or check the plan of this key.",
      529: "The model is overloaded (529). Try again in a few minutes.",
    };
    const isOurs = status >= 500 && status !== 529;
    if (isOurs)
      return `The model's provider has a problem (${status}). ${said || "Try again in a few minutes."}`;
    return (byStatus[status] ?? `The model answered with an error (${status}). ${said}`).trim();
  }
  const name = cause instanceof Error ? cause.name : "";
  if (/Parse|TypeValidation|JSON/i.test(name)) {
    return `The model's answer can't be read. Is the address of the model right? ${SETTINGS}`;
  }
  if (/NoOutput|EmptyResponse/i.test(name))
    return "The model ended its answer without a word. Try again.";
  return "The connection to the model broke in the middle of its answer. Send your message again to go on.";
}

/** The provider's own sentence, when its error has one in a known place. */
function plainWords(body: string | undefined): string {
  try {
    const { error, message } = JSON.parse(body ?? "") as {
      error?: { message?: unknown } | string;
      message?: unknown;
    };
    const said = typeof error === "object" ? error.message : (error ?? message);
    return typeof said === "string" ? said.replaceAll(/\s+/g, " ").slice(0, 300) : "";
  } catch {
    return "";
  }
}
