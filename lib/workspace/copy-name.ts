const MAX_NAME_BYTES = 255;

/**
 * Name of a copy that is kept beside a file: `report (workroom copy 2026-11-21 05.01).pdf`, with a number when there are
 * several. The time is UTC. A name that would be too long loses its end, never its extension.
 */
export function copyName(name: string, at: Date, isTaken: (name: string) => boolean): string {
  const [day = "", time = ""] = at.toISOString().slice(0, 16).replace(":", ".").split("T");
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let n = 1; ; n += 1) {
    const mark = ` (workroom copy ${day} ${time}${n > 1 ? ` ${n}` : ""})`;
    const room = MAX_NAME_BYTES - Buffer.byteLength(mark + extension);
    const candidate = room > 0 ? cut(stem, room) + mark + extension : cut(name, 200) + mark;
    if (!isTaken(candidate)) return candidate;
  }
}

/** The first characters of a text that fit into so many bytes. */
function cut(text: string, maxBytes: number): string {
  let kept = "";
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}
