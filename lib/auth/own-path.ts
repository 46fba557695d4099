const base = "http://here.invalid";

/**
 * Whether this is a path of our own origin, as a browser reads it: it drops tabs and line breaks and takes a backslash
 * for a slash, so a path that looks like ours may lead to a stranger's page.
 */
export const isOwnPath = (path: unknown): path is string =>
  typeof path === "string" && path.startsWith("/") && URL.parse(path, base)?.origin === base;
