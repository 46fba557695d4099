const MAX_STRING_CHARS = 131_072;
const MAX_BODY_CHARS = 262_144;
const MAX_ITEMS = 1_000;
const MAX_DEPTH = 30;

/** The same JSON value with overlong texts, lists and nesting cut, so that one frame stays below its limit. */
function cut(value: unknown, maxString: number, depth = 0): unknown {
  if (typeof value === "string") {
    return value.length > maxString ? `${value.slice(0, maxString)}\n… [cut]` : value;
  }
  if (value === null || typeof value !== "object") return value;
  if (depth > MAX_DEPTH) return "[cut]";
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ITEMS).map((item) => cut(item, maxString, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ITEMS)
      .map(([key, item]) => [key, cut(item, maxString, depth + 1)]),
  );
}

/** A frame's body as it may be sent. Almost every body is small and passes untouched. */
export function capFrame(body: unknown): unknown {
  if (JSON.stringify(body).length <= MAX_BODY_CHARS) return body;
  for (const limit of [MAX_STRING_CHARS, 16_384, 1_024, 64]) {
    const shorter = cut(body, limit);
    if (JSON.stringify(shorter).length <= MAX_BODY_CHARS) return shorter;
  }
  const { sessionUpdate, toolCallId, status } = body as Record<string, unknown>;
  return { sessionUpdate, toolCallId, status, _meta: { cut: true } };
}
