/** Bytes as base64, in parts: a call can take only so many arguments. */
export function toBase64(bytes: Uint8Array): string {
  const PART = 32_768;
  let text = "";
  for (let start = 0; start < bytes.length; start += PART)
    text += String.fromCharCode(...bytes.subarray(start, start + PART));
  return btoa(text);
}
