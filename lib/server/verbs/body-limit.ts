const MAX_BODY_BYTES = 1_048_576;
/** The editor's text travels as one JSON string; nothing else is that large. */
const MAX_FILE_BODY_BYTES = 9_000_000;
const filePath = /^\/api\/v1\/workrooms\/[^/]+\/file$/;

/** The largest body of a request, in bytes. The gateway asks before the first byte is read, the REST door again. */
export const bodyLimit = (method: string, pathname: string): number =>
  method === "PUT" && filePath.test(pathname) ? MAX_FILE_BODY_BYTES : MAX_BODY_BYTES;
