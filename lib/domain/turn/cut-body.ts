/** Larger bodies of an event are cut, so that a log stays quick to read; the files themselves are in the workspace. */
const MAX_BODY_BYTES = 32_768;
const steps = [16_384, 4_096, 1_024, 256];

/** The same value when it is short enough; else one with its longest texts cut until it fits, each with a mark. */
export function cutBody(value: unknown): unknown {
  const size = Buffer.byteLength(JSON.stringify(value) ?? "null");
  if (size <= MAX_BODY_BYTES) return value;
  for (const limit of steps) {
    const cut = cutTexts(value, limit);
    if (Buffer.byteLength(JSON.stringify(cut) ?? "null") <= MAX_BODY_BYTES) return cut;
  }
  return { isCut: true, bytes: size };
}

function cutTexts(value: unknown, limit: number): unknown {
  if (typeof value === "string") return cutText(value, limit);
  if (Array.isArray(value)) return value.map((item) => cutTexts(item, limit));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, cutTexts(item, limit)]),
  );
}

/** Keeps the beginning and the end: of a command's output, both matter. */
function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const missing = (text.length - 2 * half).toLocaleString("en-US");
  const begin = text.slice(0, half).toWellFormed();
  return `${begin}\n… ${missing} characters are left out …\n${text.slice(-half).toWellFormed()}`;
}
