/** A bounded answer of a foreign server: at most `maxBytes` of the body. */
export type OutboundAnswer = { status: number; text: string };

/**
 * Calls a server that a person named (a model endpoint). The address is resolved once and pinned; private, link-local,
 * loopback and metadata addresses are refused unless the operator allowed them; redirects are not followed.
 *
 * @throws AppError `invalid_input` for a refused address, `unavailable` when it does not answer in time
 */
export type OutboundFetch = (
  url: URL,
  request: {
    method: "GET" | "POST";
    headers: Record<string, string>;
    body?: string | Uint8Array;
    timeoutMs: number;
    maxBytes?: number;
  },
) => Promise<OutboundAnswer>;
