import { McpServer } from "@modelcontextprotocol/server";
import { callTool, type Failure, type Tool } from "./tool";

/** Claude Code silently drops a server that is called `workspace`. */
const SERVER_NAME = "files";

const instructions =
  "Files of one workspace. Paths begin at its root (output/report.md) or are absolute (/workspace/output/report.md). " +
  "input/ holds what people gave and is read-only; put results into output/. Errors begin with their name (ENOENT, EROFS, EDQUOT).";

/** An MCP server with these tools, for one request or one connection. */
export function makeMcpServer(
  tools: readonly Tool[],
  version: string,
  failure: Failure,
): McpServer {
  const server = new McpServer({ name: SERVER_NAME, version }, { instructions });
  for (const tool of tools) {
    const { name, description, input, output, isReadOnly } = tool;
    server.registerTool(
      name,
      {
        description,
        inputSchema: input,
        outputSchema: output,
        annotations: { readOnlyHint: isReadOnly, openWorldHint: false },
      },
      (asked: Record<string, unknown>) => callTool(tool, asked, failure),
    );
  }
  return server;
}

/** "ENOENT: This file does not exist. …", or the message alone for what is no failure of a file operation. */
export function failureText(message: string, details: Readonly<Record<string, unknown>>): string {
  const { errno, hint } = details;
  const name = typeof errno === "string" ? `${errno}: ` : "";
  return `${name}${message}${typeof hint === "string" ? ` ${hint}` : ""}`;
}
