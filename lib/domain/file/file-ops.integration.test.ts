import { execFileSync } from "node:child_process";
import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { type FileOp, fileOps, isLooking } from "@/lib/protocol/file-ops";
import { type FileOpAsked, filled } from "@/test/host/file-call";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { AppError } from "@/lib/errors";
import type { Context } from "../context";
import { createWorkroom } from "../workroom/create-workroom";
import { reconcileWorkroom } from "../workroom/reconcile-workroom";
import { sleepWorkroom } from "../workroom/sleep-workroom";
import { changeByOp, lookAtFiles } from "./file-verbs";

// The operations answer alike wherever the files are: in a room that is awake, in one that sleeps, and in one whose disk
// is gone, so that only the store has them.

let installation: Installation;
let provisioner: ReturnType<typeof createFakeProvisioner>;
let dataDir: string;
let ctx: Context;
let roomId: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "wr-ops-"));
  provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(() => installation.close());
beforeEach(async () => {
  ctx = await addPerson(installation.ports);
  roomId = (await createWorkroom.run(ctx, { isDraft: false })).id;
  await reconcileWorkroom(ctx, roomId);
  await furnish();
});

type Case = { [K in FileOp]: [op: K, input: FileOpAsked<K>] }[FileOp];

const run = ([op, input]: Case): Promise<unknown> =>
  isLooking(op)
    ? lookAtFiles(ctx, roomId, op, filled(op, input as never))
    : changeByOp(ctx, roomId, op, filled(op, input as never) as never);

/** The answer, or the name of the error and what is said of it. */
async function answerOf(one: Case): Promise<unknown> {
  try {
    return await run(one);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { errno } = error.details;
    return { errno, code: error.code };
  }
}

const input = (path: string, body: string) =>
  ctx.host.writeFile(roomId, path, Readable.from([Buffer.from(body)]));

async function furnish(): Promise<void> {
  await input("input/sales.csv", "a,b\n1,2\n");
  await input("input/deep/x.txt", "x");
  const changes: Case[] = [
    ["write", { path: "a", content: "plain" }],
    ["write", { path: "a-b", content: "dash" }],
    ["write", { path: "dir/b.txt", content: "one\ntwo\nérror 7\n" }],
    ["write", { path: "dir-x/c.md", content: "# é" }],
    ["write", { path: "dir/sub/d.bin", content: "AP/+", encoding: "base64" }],
    ["write", { path: "😀", content: "emoji" }],
    ["write", { path: "\u{ff61}", content: "half width" }],
    ["write", { path: "bom", content: "\uFEFFtext" }],
    ["mkdir", { path: "empty/inner" }],
  ];
  for (const one of changes) await run(one);
  const root = join(dataDir, "rooms", roomId, "workspace");
  const links: [string, string][] = [
    ["dir", "to-dir"],
    ["dir/b.txt", "to-file"],
    ["/workspace/dir", "to-abs"],
    ["/etc", "to-etc"],
    ["../../..", "to-up"],
    ["nothing", "broken"],
    ["loop", "loop"],
    [".workroom/x", "to-own"],
    ["input/sales.csv", "to-input"],
  ];
  for (const [target, name] of links) symlinkSync(target, join(root, name));
  execFileSync("mkfifo", [join(root, "fifo")]);
  execFileSync("sh", ["-c", String.raw`printf x > "$(printf 'dir/\377')"; mkdir .workroom`], {
    cwd: root,
  });
}

const sleep = async () => {
  await sleepWorkroom.run(ctx, { workroomId: roomId });
  await reconcileWorkroom(ctx, roomId);
};
const loseDisk = async () => {
  await sleep();
  await provisioner.destroy(roomId);
};

const everywhere = [
  "",
  "/",
  ".",
  "/workspace",
  "../..",
  "input",
  "dir",
  "to-dir",
  "to-abs",
  "empty",
];
const odd = [
  "a",
  "dir/b.txt",
  "to-file",
  "/workspace/dir/./sub/../b.txt",
  "../../dir/b.txt",
  "to-etc/passwd",
  "to-etc",
  "to-up",
  "broken",
  "loop",
  "a/below",
  "none",
  "none/deeper",
  "fifo",
  "fifo/below",
  ".workroom",
  ".workroom/seg",
  "to-own",
  "dir/.workroom-part-1",
  "a\0b",
  "a\ud800",
  "x".repeat(256),
  "d/".repeat(2_100),
  "dir\\b.txt",
  "%61",
  "~",
  "workspace/a",
  "bom",
  "dir/sub/d.bin",
  "😀",
];
const looks: Case[] = [
  ...everywhere.flatMap((path): Case[] => [
    ["ls", { path }],
    ["ls", { path, recursive: true }],
    ["exists", { path }],
  ]),
  ...odd.flatMap((path): Case[] => [
    ["ls", { path }],
    ["stat", { path }],
    ["exists", { path }],
    ["read", { path }],
    ["read", { path, encoding: "base64", offset: 1, length: 2 }],
  ]),
  ["ls", { limit: 2 }],
  ["ls", { recursive: true, limit: 3, cursor: "a" }],
  ["ls", { recursive: true, cursor: "dir" }],
  ["ls", { recursive: true, cursor: "dir/sub" }],
  ["ls", { recursive: true, cursor: "dir/zzz" }],
  ["ls", { recursive: true, glob: "**/*.{txt,md}" }],
  ["ls", { path: "dir", glob: "[" }],
  ["ls", { path: "dir", glob: "{a" }],
  ["glob", { pattern: "d*/**" }],
  ["glob", { pattern: "?" }],
  ["glob", { pattern: "*a*a*a*a*a*a*a*a*a*b" }],
  ["search", { pattern: "r 7" }],
  ["search", { pattern: "^[a-zé]+r \\d$", isRegex: true }],
  ["search", { pattern: "ONE", isCaseSensitive: false, path: "to-dir" }],
  ["search", { pattern: "(a)\\1", isRegex: true }],
  ["search", { pattern: "(?=a)", isRegex: true }],
  ["search", { pattern: "e", glob: "**/*.md" }],
  ["search", { pattern: ".", isRegex: true, limit: 1 }],
  ["search", { pattern: "x", path: "a" }],
  ["search", { pattern: "x", path: "none" }],
  ["read", { path: "dir-x/c.md", length: 3 }],
  ["read", { path: "dir-x/c.md", offset: 3 }],
  ["read", { path: "dir/b.txt", offset: 4, length: 3 }],
  ["read", { path: "dir/b.txt", offset: 1_000 }],
];

describe("looking", () => {
  test("answers alike in a room that is awake, asleep, and without its disk, which stays away", async () => {
    const awake = await answersTo(looks);
    await sleep();
    const asleep = await answersTo(looks);
    expect(asleep).toEqual(awake);
    await provisioner.destroy(roomId);
    const gone = await answersTo(looks);
    for (const [index, one] of looks.entries())
      expect([one, gone[index]]).toEqual([one, awake[index]]);
    expect((await ctx.host.call("hasDisk", { roomId })).hasDisk).toBe(false);
  });

  test("says what design/storage says of each edge", async () => {
    const expected: [Case, unknown][] = [
      [["read", { path: "dir" }], { errno: "EISDIR" }],
      [["read", { path: "none" }], { errno: "ENOENT" }],
      [["read", { path: "fifo" }], { errno: "ENOENT" }],
      [["read", { path: "to-etc/passwd" }], { errno: "ENOENT" }],
      [["read", { path: "loop" }], { errno: "ELOOP" }],
      [["read", { path: ".workroom/x" }], { errno: "EPERM" }],
      [["read", { path: "to-own" }], { errno: "EPERM" }],
      [["read", { path: "a\0b" }], { errno: "EINVAL" }],
      [["read", { path: "x".repeat(256) }], { errno: "ENAMETOOLONG" }],
      [["read", { path: "bom" }], { content: "\uFEFFtext", encoding: "utf8" }],
      [
        ["read", { path: "dir/sub/d.bin" }],
        { content: "AP/+", encoding: "base64", isBinary: true, size: 3 },
      ],
      [
        ["read", { path: "dir-x/c.md", length: 3 }],
        { content: "# ", length: 2, isTruncated: true },
      ],
      [["ls", { path: "a" }], { errno: "ENOTDIR" }],
      [["stat", { path: "a/below" }], { errno: "ENOTDIR" }],
      [["stat", { path: "to-file" }], { type: "symlink", target: "dir/b.txt", etag: null }],
      [["stat", { path: "dir" }], { type: "directory", size: 0, etag: null }],
      [["exists", { path: "to-file" }], { exists: true, type: "file" }],
      [["exists", { path: "broken" }], { exists: false, type: null }],
      [["exists", { path: "to-etc" }], { exists: false, type: null }],
      [["exists", { path: "a/below" }], { exists: false, type: null }],
      [["search", { pattern: "(a)\\1", isRegex: true }], { errno: "EINVAL" }],
    ];
    for (const [one, answer] of expected)
      expect([one, await answerOf(one)]).toMatchObject([one, answer as object]);
    const { nodes } = (await run(["ls", { recursive: true }])) as { nodes: { path: string }[] };
    const paths = nodes.map(({ path }) => path);
    expect(paths).toEqual(paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(paths.filter((path) => /fifo|\.workroom/.test(path))).toEqual([]);
  });

  test("goes through a folder page by page without loss or doubles, whatever is removed meanwhile", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (await run(["ls", { recursive: true, limit: 2, cursor }])) as {
        nodes: { path: string }[];
        nextCursor: string | null;
      };
      seen.push(...page.nodes.map(({ path }) => path));
      cursor = page.nextCursor ?? undefined;
      if (seen.length === 4) await run(["delete", { path: "a" }]);
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(
      expect.arrayContaining(["a", "a-b", "dir/sub/d.bin", "empty/inner", "😀"]),
    );
  });
});

async function answersTo(cases: readonly Case[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const one of cases) answers.push(withoutFolderTimes(await answerOf(one)));
  return answers;
}

/** A folder's times follow what is saved of it: names that can't be saved move them on the disk only. */
function withoutFolderTimes(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (_key, value: unknown) => {
    const isFolder =
      typeof value === "object" && value !== null && "type" in value && value.type === "directory";
    return isFolder ? { ...value, modifiedAt: "", createdAt: "" } : value;
  });
}

/** In order: each change meets what those before it have left. */
const changes: Case[] = [
  ["write", { path: "dir", content: "x" }],
  ["write", { path: "a/below", content: "x" }],
  ["write", { path: "input/new", content: "x" }],
  ["write", { path: "to-input", content: "x" }],
  ["write", { path: "to-etc/x", content: "x" }],
  ["write", { path: ".workroom", content: "x" }],
  ["write", { path: "dir/.workroom-part-9", content: "x" }],
  ["write", { path: "to-file", content: "through" }],
  ["write", { path: "a", content: "x", ifMatch: "0".repeat(64) }],
  ["write", { path: "a", content: "x", ifNoneMatch: "*" }],
  ["write", { path: "a", content: "x", expectedMtime: "2020-01-01T00:00:00.000Z" }],
  ["write", { path: "none", content: "x", ifMatch: "0".repeat(64) }],
  ["write", { path: "fresh/file", content: "x", ifNoneMatch: "*" }],
  ["write", { path: "bad", content: "no base64!", encoding: "base64" }],
  ["append", { path: "log", content: "1\n" }],
  ["append", { path: "log", content: "2\n", idempotencyKey: "second" }],
  ["append", { path: "log", content: "2\n", idempotencyKey: "second" }],
  ["append", { path: "dir/sub/d.bin", content: "//8A", encoding: "base64" }],
  ["append", { path: "dir", content: "x" }],
  ["append", { path: "input/sales.csv", content: "x" }],
  ["copy", { from: "a", to: "copied/deep/a" }],
  ["copy", { from: "a", to: "a-b" }],
  ["copy", { from: "a", to: "a-b", overwrite: false }],
  ["copy", { from: "a", to: "a" }],
  ["copy", { from: "a", to: "dir" }],
  ["copy", { from: "dir", to: "dir2" }],
  ["copy", { from: "dir", to: "dir2", recursive: true }],
  ["copy", { from: "dir", to: "dir2", recursive: true }],
  ["copy", { from: "dir", to: "dir/in", recursive: true }],
  ["copy", { from: "dir", to: "to-dir/in", recursive: true }],
  ["copy", { from: "", to: "all", recursive: true }],
  ["copy", { from: "input", to: "output/mine", recursive: true }],
  ["copy", { from: "a", to: "input/a" }],
  ["copy", { from: "none", to: "x" }],
  ["move", { from: "a-b", to: "a" }],
  ["move", { from: "none", to: "x" }],
  ["move", { from: "a", to: "dir" }],
  ["move", { from: "dir2", to: "dir" }],
  ["move", { from: "dir2", to: "empty/inner" }],
  ["move", { from: "empty", to: "empty/inner/deeper" }],
  ["move", { from: "empty", to: "a" }],
  ["move", { from: "", to: "x" }],
  ["move", { from: "output", to: "x" }],
  ["move", { from: "a", to: "output" }],
  ["move", { from: "output/mine/sales.csv", to: "input/back.csv" }],
  ["move", { from: "input/sales.csv", to: "output/taken.csv" }],
  ["move", { from: "log", to: "a", overwrite: false }],
  ["move", { from: "log", to: "moved/log" }],
  ["edit", { path: "moved/log", oldText: "1", newText: "one" }],
  ["edit", { path: "moved/log", oldText: "\n", newText: "" }],
  ["edit", { path: "moved/log", oldText: "none", newText: "" }],
  ["edit", { path: "moved/log", oldText: "\n", newText: ";", replaceAll: true }],
  ["edit", { path: "dir/sub/d.bin", oldText: "x", newText: "y" }],
  ["edit", { path: "input/sales.csv", oldText: "a", newText: "y" }],
  ["delete", { path: "dir" }],
  ["delete", { path: "none" }],
  ["delete", { path: "none", force: true }],
  ["delete", { path: "none/below", force: true }],
  ["delete", { path: "to-dir" }],
  ["delete", { path: "" }],
  ["delete", { path: "input/sales.csv" }],
  ["mkdir", { path: "made/deep" }],
  ["mkdir", { path: "made/deep" }],
  ["mkdir", { path: "a" }],
  ["mkdir", { path: "a/b" }],
  ["mkdir", { path: "input/x" }],
  ["mkdir", { path: "broken" }],
  ["rmdir", { path: "" }],
  ["rmdir", { path: "output" }],
  ["rmdir", { path: "input" }],
  ["rmdir", { path: "a" }],
  ["rmdir", { path: "to-abs" }],
  ["rmdir", { path: "none" }],
  ["rmdir", { path: "none", force: true }],
  ["rmdir", { path: "dir", recursive: false }],
  ["rmdir", { path: "made/deep", recursive: false }],
  ["rmdir", { path: "dir" }],
];

const changeStates: Record<string, () => Promise<void>> = {
  awake: async () => undefined,
  asleep: sleep,
  "without its disk": loseDisk,
};

describe("changing", () => {
  const seen: { answers: unknown[]; tree: unknown }[] = [];
  test.each(Object.keys(changeStates))(
    "does the same in a room that is %s",
    { timeout: 120_000 },
    async (state) => {
      await changeStates[state]?.();
      const answers = await answersTo(changes);
      const named = changes.map((one, index) => [one, answers[index]]);
      const errnos = Object.fromEntries(
        named.map(([one, answer]) => [
          JSON.stringify(one),
          (answer as { errno?: string }).errno ?? "ok",
        ]),
      );
      expect(errnos).toMatchObject({
        '["write",{"path":"dir","content":"x"}]': "EISDIR",
        '["write",{"path":"a/below","content":"x"}]': "ENOTDIR",
        '["write",{"path":"input/new","content":"x"}]': "EROFS",
        '["write",{"path":"to-input","content":"x"}]': "EROFS",
        '["write",{"path":".workroom","content":"x"}]': "EPERM",
        '["write",{"path":"a","content":"x","ifNoneMatch":"*"}]': "EEXIST",
        '["copy",{"from":"a","to":"a"}]': "EINVAL",
        '["copy",{"from":"dir","to":"dir2"}]': "EISDIR",
        '["copy",{"from":"dir","to":"to-dir/in","recursive":true}]': "EINVAL",
        '["move",{"from":"a","to":"dir"}]': "EISDIR",
        '["move",{"from":"dir2","to":"dir"}]': "ENOTEMPTY",
        '["move",{"from":"empty","to":"a"}]': "ENOTDIR",
        '["move",{"from":"empty","to":"empty/inner/deeper"}]': "EINVAL",
        '["move",{"from":"","to":"x"}]': "EBUSY",
        '["move",{"from":"output/mine/sales.csv","to":"input/back.csv"}]': "EROFS",
        '["move",{"from":"input/sales.csv","to":"output/taken.csv"}]': "EROFS",
        '["delete",{"path":"dir"}]': "EISDIR",
        '["mkdir",{"path":"a"}]': "EEXIST",
        '["mkdir",{"path":"a/b"}]': "ENOTDIR",
        '["rmdir",{"path":""}]': "EBUSY",
        '["rmdir",{"path":"a"}]': "ENOTDIR",
        '["rmdir",{"path":"to-abs"}]': "ENOTDIR",
        '["rmdir",{"path":"dir","recursive":false}]': "ENOTEMPTY",
      });
      const { nodes } = (await run(["ls", { recursive: true }])) as {
        nodes: { path: string; type: string; size: number }[];
      };
      seen.push({ answers, tree: nodes.map(({ path, type, size }) => [path, type, size]) });
      expect(seen.at(-1)).toEqual(seen[0]);
      expect(await run(["read", { path: "moved/log" }])).toMatchObject({ content: "one;2;" });
      expect(await run(["read", { path: "to-file" }]).catch(() => "gone with dir")).toBe(
        "gone with dir",
      );
    },
  );

  test("twenty programs that append at once keep every byte", async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `${i}:${"x".repeat(1_000)}\n`);
    await Promise.all(lines.map((content) => run(["append", { path: "output/log", content }])));
    const { content } = (await run(["read", { path: "output/log" }])) as { content: string };
    expect(content.split("\n").filter(Boolean).toSorted()).toEqual(
      lines.map((line) => line.trim()).toSorted(),
    );
  });

  test("every operation is in one of the tables", () => {
    const named = new Set([...looks, ...changes].map(([op]) => op));
    expect([...named].toSorted()).toEqual(Object.keys(fileOps).toSorted());
  });
});
