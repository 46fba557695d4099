const MAX_BODY_BYTES = 1_048_576;
/** A file's content travels as one JSON string; nothing else is that large. */
const MAX_FILE_BODY_BYTES = 17_000_000;
const filePath = /^\/api\/v1\/(?:workspaces\/[^/]+\/(?:files\/(?:write|append|edit)|mcp)|mcp)$/;

/** The largest body of a request, in bytes. The gateway asks before the first byte is read, the REST door again. */
export const bodyLimit = (method: string, pathname: string): number =>
  method === "POST" && filePath.test(pathname) ? MAX_FILE_BODY_BYTES : MAX_BODY_BYTES;
