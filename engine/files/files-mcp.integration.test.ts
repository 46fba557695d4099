import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fileOps } from "@/lib/protocol/file-ops";

let folder: string;
let program: string;
let client: Client | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-mcp-"));
  program = join(folder, "files-mcp.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
    tsconfig: join(import.meta.dirname, "../../tsconfig.json"),
    banner: {
      js: 'import{createRequire as r}from"node:module";const require=r(import.meta.url);',
    },
  });
  await mkdir(join(folder, "ws/input"), { recursive: true });
  await writeFile(join(folder, "ws/input/a.csv"), "a,b\n");
  await writeFile(join(folder, "secret"), "FOREIGN");
  await symlink("../secret", join(folder, "ws/out"));
});
afterEach(() => client?.close());
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(mode: "legacy" | "auto"): Promise<Client> {
  const made = new Client({ name: "tester", version: "1" }, { versionNegotiation: { mode } });
  const args = [program, join(folder, "ws")];
  await made.connect(new StdioClientTransport({ command: process.execPath, args }));
  client = made;
  return made;
}

const call = (made: Client, name: string, input: Record<string, unknown>) =>
  made.callTool({ name, arguments: input });
const textOf = (result: unknown) =>
  (result as { content: { text: string }[] }).content.map(({ text }) => text).join("");

describe.each(["legacy", "auto"] as const)("in the room, by the %s protocol", (mode) => {
  test("the tools are those from outside, and do the same", async () => {
    const made = await start(mode);
    expect(made.getServerVersion()).toMatchObject({ name: "files" });
    const { tools } = await made.listTools();
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(fileOps));
    await call(made, "write", { path: "/workspace/output/x", content: "1" });
    const again = { path: "output/x", content: "2", idempotencyKey: mode };
    await call(made, "append", again);
    await call(made, "append", again);
    expect(await readFile(join(folder, "ws/output/x"), "utf8")).toBe("12");
    const listed = await call(made, "ls", { recursive: true });
    expect(listed.structuredContent).toMatchObject({
      nodes: [
        { path: "input" },
        { path: "input/a.csv" },
        { path: "out", type: "symlink" },
        { path: "output" },
        { path: "output/x", size: 2 },
      ],
    });
  });

  test("what leads out, and what is only for reading, is refused by name", async () => {
    const made = await start(mode);
    const refused = async (name: string, input: Record<string, unknown>) => {
      const result = await call(made, name, input);
      expect(result.isError).toBe(true);
      return textOf(result);
    };
    expect(await refused("read", { path: "out" })).toMatch(/^ENOENT: /);
    expect(await refused("read", { path: "../secret" })).toMatch(/^ENOENT: /);
    expect(await refused("write", { path: "input/a.csv", content: "x" })).toMatch(/^EROFS: /);
    expect(await refused("write", { path: "out", content: "x" })).toMatch(/^ENOENT: /);
    expect(await readFile(join(folder, "secret"), "utf8")).toBe("FOREIGN");
  });
});
