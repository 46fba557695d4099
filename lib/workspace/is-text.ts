const LOOKED_AT_BYTES = 8_192;

/**
 * True for UTF-8 text. `isPart`: the bytes may end inside a character, because the file goes on.
 */
export function isText(bytes: Uint8Array, options: { isPart?: boolean } = {}): boolean {
  if (bytes.subarray(0, LOOKED_AT_BYTES).includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: options.isPart === true });
    return true;
  } catch {
    return false;
  }
}
