import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/ids";
import type { RunEnd, RunProgram, RunWord, StartRun } from "@/lib/protocol/runs";
import { buildTestRuntime, ROOM_ID, TestEngine } from "../../test/engine/start-engine";
import { compileWasm } from "../../test/engine/compile-wasm";

let runtime: string;
let engine: TestEngine;
beforeAll(async () => {
  runtime = await buildTestRuntime();
  engine = await TestEngine.start(runtime);
});
afterAll(async () => {
  await engine.stop();
  rmSync(runtime, { recursive: true, force: true });
});

type Ran = { words: RunWord[]; end: RunEnd; stdout: string; stderr: string };
const never = new AbortController().signal;

const ask = (program: RunProgram, more: Partial<StartRun> = {}): StartRun => ({
  runId: newId("run"),
  program,
  args: [],
  cwd: engine.workspace,
  env: {},
  stdin: null,
  timeoutMs: 20_000,
  isTied: false,
  ...more,
});
async function run(program: RunProgram, more: Partial<StartRun> = {}): Promise<Ran> {
  return collect(engine.client.startRun(ROOM_ID, ask(program, more), never));
}
async function collect(events: ReturnType<TestEngine["client"]["startRun"]>): Promise<Ran> {
  const words: RunWord[] = [];
  let n = 0;
  for await (const event of events) {
    expect(event.n).toBeGreaterThan(n);
    n = event.n;
    words.push(event.word);
  }
  const end = words.at(-1);
  if (end?.type !== "end") throw new Error("The run has no end.");
  const text = (type: "stdout" | "stderr") =>
    words.map((word) => (word.type === type ? word.text : "")).join("");
  return { words, end, stdout: text("stdout"), stderr: text("stderr") };
}
const command = (text: string): RunProgram => ({ kind: "command", command: text });
const python = (code: string): RunProgram => ({ kind: "python", code, path: null });
const javascript = (code: string): RunProgram => ({ kind: "javascript", code, path: null });
const shown = ({ words }: Ran) =>
  words.filter(({ type }) => ["result", "table", "fault", "image"].includes(type));
/** What of a run's own is left; its marker is an argument of `sleep`. */
const running = async (marker: string) =>
  (await engine.exec(`pgrep -f '[s]leep ${marker}' || echo none`)).stdout;

describe("a command", () => {
  test("gets its folder, variables and input, and answers with both outputs and its exit code", async () => {
    mkdirSync(join(engine.workspace, "output/sub"), { recursive: true });
    const ran = await run(command("pwd; echo $COLOUR; cat; echo err >&2; exit 3"), {
      cwd: join(engine.workspace, "output/sub"),
      env: { COLOUR: "blue" },
      stdin: "from stdin\n",
    });
    expect(ran.stdout).toBe(`${engine.workspace}/output/sub\nblue\nfrom stdin\n`);
    expect([ran.stderr, ran.end]).toEqual([
      "err\n",
      expect.objectContaining({ state: "failed", exitCode: 3, signal: null, outputPath: null }),
    ]);
  });

  test("that is killed tells by which signal", async () => {
    expect((await run(command("kill -SEGV $$"))).end).toMatchObject({
      exitCode: 139,
      signal: "SIGSEGV",
    });
  });

  test("leaves nothing at its time-out, whatever sessions its children made", async () => {
    const marker = `71.${process.pid}`;
    const ran = await run(
      command(
        `setsid sleep ${marker} & (setsid setsid sleep ${marker} & ) ; env -i setsid -f sleep ${marker}; sleep ${marker}`,
      ),
      { timeoutMs: 600 },
    );
    expect(ran.end).toMatchObject({ state: "timed_out", signal: "SIGKILL" });
    expect(await running(marker)).toBe("none\n");
  });

  test("is cancelled by its id, with all it has started", async () => {
    const marker = `72.${process.pid}`;
    const asked = ask(command(`setsid -f sleep ${marker}; echo begun; sleep ${marker}`));
    let end: RunWord | undefined;
    for await (const { word } of engine.client.startRun(ROOM_ID, asked, never)) {
      if (word.type === "stdout") await engine.client.cancelRun(ROOM_ID, asked.runId);
      end = word;
    }
    expect(end).toMatchObject({ type: "end", state: "cancelled" });
    expect(await running(marker)).toBe("none\n");
  });

  test("that is tied to its caller ends when the caller goes; another one goes on and can be followed from any point", async () => {
    const marker = `73.${process.pid}`;
    const tied = ask(command(`echo begun; sleep ${marker}`), { isTied: true });
    for await (const event of engine.client.startRun(ROOM_ID, tied, never)) {
      if (event.word.type === "start") continue;
      expect(event.word).toMatchObject({ text: "begun\n" });
      break;
    }
    await expect.poll(() => running(marker), { timeout: 5_000 }).toBe("none\n");

    const free = ask(command("echo one; read line < go; echo two"));
    await engine.exec(`mkfifo ${join(engine.workspace, "go")}`);
    for await (const event of engine.client.startRun(ROOM_ID, free, never)) {
      if (event.n === 1) continue;
      expect(event).toEqual({ n: 2, word: { type: "stdout", text: "one\n" } });
      break;
    }
    await engine.exec(`echo > ${join(engine.workspace, "go")}`);
    const later = await collect(engine.client.followRun(ROOM_ID, free.runId, 2, never));
    expect([later.stdout, later.end.state]).toEqual(["two\n", "succeeded"]);
    const again = await collect(engine.client.followRun(ROOM_ID, free.runId, 0, never));
    expect(again.stdout).toBe("one\ntwo\n");
  });

  test("with endless output is held back, and the whole of a long one is in a file", async () => {
    const long = await run(command("seq 200000"));
    expect(long.end.outputPath).toMatch(/^\.runs\/run_\w+\/output\.txt$/);
    const file = readFileSync(join(engine.workspace, long.end.outputPath ?? ""), "utf8");
    expect(file).toBe(long.stdout);
    expect(long.end.isTruncated).toBe(false);

    const endless = await run(command("yes"), { timeoutMs: 2_500 });
    expect(endless.end).toMatchObject({ state: "timed_out", isTruncated: true });
    expect(endless.stdout.length).toBeLessThanOrEqual(4 * 1_048_576);
    const bytes = readFileSync(join(engine.workspace, endless.end.outputPath ?? "")).length;
    expect(bytes).toBeLessThanOrEqual(64 * 1_048_576);
    expect((await running("nothing")).trim()).toBe("none");
  });

  test("is refused in words for a folder that is not there, and an unknown run is not found", async () => {
    await expect(run(command("true"), { cwd: "/no/such" })).rejects.toMatchObject({
      code: "invalid_input",
      message: "No such folder: /no/such",
    });
    const unknown = newId("run");
    await expect(engine.client.cancelRun(ROOM_ID, unknown)).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("Python", () => {
  test("answers the value of its last expression", async () => {
    const ran = await run(python("x = 20\nprint('said')\nx + 22"));
    expect([ran.stdout, shown(ran), ran.end.state]).toEqual([
      "said\n",
      [{ type: "result", text: "42" }],
      "succeeded",
    ]);
    expect(shown(await run(python("x = 1")))).toEqual([]);
    expect(shown(await run(python("import asyncio\nawait asyncio.sleep(0, 'woke')")))).toEqual([
      { type: "result", text: "'woke'" },
    ]);
  });

  test("shows a table of pandas and a list of records as columns and rows", async () => {
    const frame = await run(
      python("import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', None]})"),
    );
    expect(shown(frame)).toEqual([
      {
        type: "table",
        table: {
          columns: ["a", "b"],
          rows: [
            [1, "x"],
            [2, null],
          ],
          rowCount: 2,
        },
      },
    ]);
    const records = await run(python("[{'n': i} for i in range(1000)]"));
    expect(shown(records)[0]).toMatchObject({ table: { columns: ["n"], rowCount: 1_000 } });
  });

  test("shows an error as Python does, with the lines of the code that was sent", async () => {
    const ran = await run(python("def f():\n    return 1 / 0\n\nf()"));
    expect(ran.end).toMatchObject({ state: "failed", exitCode: 1 });
    expect(ran.stderr).toBe(
      'Traceback (most recent call last):\n  File "<code>", line 4, in <module>\n    f()\n  File "<code>", line 2, in f\n    return 1 / 0\n           ~~^~~\nZeroDivisionError: division by zero\n',
    );
    expect(shown(ran)).toEqual([
      { type: "fault", fault: { name: "ZeroDivisionError", message: "division by zero", line: 2 } },
    ]);
    const syntax = await run(python("x = 1\nif x\n"));
    expect(shown(syntax)).toMatchObject([{ fault: { name: "SyntaxError", line: 2 } }]);
  });

  test("runs a file with arguments, reads and writes files by the same paths, and shows the pictures it wrote", async () => {
    writeFileSync(
      join(engine.workspace, "draw.py"),
      "import sys\nopen('output/' + sys.argv[1], 'wb').write(b'GIF89a')\nsys.exit(5)",
    );
    const path = join(engine.workspace, "draw.py");
    const ran = await run({ kind: "python", code: null, path }, { args: ["dot.gif"] });
    expect(ran.end.exitCode).toBe(5);
    expect(shown(ran)).toEqual([
      { type: "image", image: { path: "output/dot.gif", mediaType: "image/gif", size: 6 } },
    ]);
  });

  test("leaves no program behind, and a fork bomb ends with its run", async () => {
    const marker = `74.${process.pid}`;
    const code = `import subprocess\nsubprocess.Popen(['setsid', 'sleep', '${marker}'])\n'done'`;
    expect((await run(python(code))).end.state).toBe("succeeded");
    expect(await running(marker)).toBe("none\n");

    const bomb = `import os, time\nfor i in range(40):\n    if os.fork() == 0:\n        os.setsid()\n        while True:\n            try:\n                if os.getpid() % 3 == 0 and os.fork() == 0: os.setsid()\n            except OSError: pass\n            time.sleep(0.02 if os.getloadavg()[0] < 1000 else 1)\n            os.execvp('sleep', ['sleep', '${marker}'])\ntime.sleep(60)`;
    const ended = await run(python(bomb), { timeoutMs: 1_500 });
    expect(ended.end.state).toBe("timed_out");
    expect(await running(marker)).toBe("none\n");
  });

  test("can show nothing that is no word of a runner", async () => {
    const ran = await run(
      python(
        'import os\nos.write(5, b\'nonsense\\n{"type":"end"}\\n{"type":"table","table":7}\\n\')\n1',
      ),
    );
    expect([shown(ran), ran.end.state]).toEqual([[{ type: "result", text: "1" }], "succeeded"]);
  });
});

describe("JavaScript", () => {
  test("answers the value of its last expression, may import and await at the top", async () => {
    const ran = await run(
      javascript(
        "import { basename } from 'node:path'\nconst fs = require('node:fs')\nconst n = await Promise.resolve(41)\nconsole.log(basename('/a/b'))\n;({ n: n + 1 })",
      ),
    );
    expect([ran.stdout, ran.stderr, shown(ran)]).toEqual([
      "b\n",
      "",
      [{ type: "result", text: "{ n: 42 }" }],
    ]);
    const table = await run(javascript("[{ a: 1, b: 'x' }, { a: 2 }]"));
    expect(shown(table)).toEqual([
      {
        type: "table",
        table: {
          columns: ["a", "b"],
          rows: [
            [1, "x"],
            [2, null],
          ],
          rowCount: 2,
        },
      },
    ]);
  });

  test("shows an error with the line of the code that was sent", async () => {
    const ran = await run(javascript("const a = 1\n\nnull.x"));
    expect(shown(ran)).toMatchObject([{ fault: { name: "TypeError", line: 3 } }]);
    expect(ran.stderr).toMatch(/^<code>:3\nnull\.x\n\nTypeError: [^]*at <code>:3:/);
    expect(ran.stderr).not.toContain("run-javascript");
    const syntax = await run(javascript("let a = 1\nlet = = 2"));
    expect(shown(syntax)).toMatchObject([{ fault: { name: "SyntaxError", line: 2 } }]);
    expect(syntax.end.exitCode).toBe(1);
  });
});

const MiB = 1_048_576;
const plugin = (path: string | null, more: object = {}): RunProgram => ({
  kind: "plugin",
  path,
  sha256: null,
  memoryBytes: 32 * MiB,
  cpuSeconds: 10,
  ...more,
});

describe("a plugin", () => {
  const cat = `#include <stdio.h>
    int main(int c, char **v) { for (int i = 1; i < c; i++) { FILE *f = fopen(v[i], "r"); if (!f) { perror(v[i]); continue; }
      char b[64]; size_t n = fread(b, 1, 63, f); b[n] = 0; printf("%s=%s;", v[i], b); fclose(f); } return 4; }`;

  test("reads the workspace by its own paths and nothing else, whatever links lie in it", async () => {
    const path = await compileWasm(join(engine.workspace, "cat.wasm"), cat);
    writeFileSync(join(engine.workspace, "input/in.txt"), "hello");
    writeFileSync(join(engine.dir, "secret"), "SECRET");
    symlinkSync(engine.dir, join(engine.workspace, "out"));
    symlinkSync(join(engine.dir, "secret"), join(engine.workspace, "leaf"));
    symlinkSync("/", join(engine.workspace, "root"));
    const args = [
      "/workspace/input/in.txt",
      "input/in.txt",
      "out/secret",
      "/workspace/leaf",
      "root/etc/passwd",
      "/workspace/../secret",
      "../secret",
      "/etc/passwd",
    ];
    const ran = await run(plugin(path), { args });
    expect(ran.stdout).toBe("/workspace/input/in.txt=hello;input/in.txt=hello;");
    expect(ran.stderr.trim().split("\n")).toHaveLength(6);
    expect(ran.end).toMatchObject({ state: "failed", exitCode: 4 });
  });

  test("that grows its memory for ever, computes for ever or traps is told apart", async () => {
    const grow = await compileWasm(
      join(engine.workspace, "grow.wasm"),
      `#include <stdlib.h>
       int main() { for (;;) { volatile char *p = malloc(1 << 20); if (!p) abort(); p[0] = 1; } }`,
    );
    expect((await run(plugin(grow))).end.state).toBe("out_of_memory");
    const spin = await compileWasm(
      join(engine.workspace, "spin.wasm"),
      "int main() { volatile int i = 0; for (;;) i++; }",
    );
    expect((await run(plugin(spin), { timeoutMs: 1_500 })).end.state).toBe("timed_out");
    expect((await run(plugin(spin, { cpuSeconds: 1 }))).end.state).toBe("timed_out");
    const trap = await compileWasm(
      join(engine.workspace, "trap.wasm"),
      "int main() { __builtin_trap(); }",
    );
    const trapped = await run(plugin(trap));
    expect([trapped.end.state, trapped.stderr]).toEqual(["trapped", "RuntimeError: unreachable\n"]);
  });

  test("by its hash comes from outside the workspace; one that is not here is not found", async () => {
    const bytes = readFileSync(join(engine.workspace, "cat.wasm"));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const program = plugin(null, { sha256 });
    await expect(run(program)).rejects.toMatchObject({ code: "not_found" });
    await expect(
      engine.client.putPlugin(ROOM_ID, sha256, Buffer.from("\0asm other")),
    ).rejects.toMatchObject({ code: "invalid_input" });
    await engine.client.putPlugin(ROOM_ID, sha256, bytes);
    const ran = await run(program, { args: ["/workspace/input/in.txt"] });
    expect(ran.stdout).toContain("=hello;");
  });

  test("that is no WASI program is refused in words", async () => {
    writeFileSync(join(engine.workspace, "no.wasm"), "hello");
    const ran = await run(plugin(join(engine.workspace, "no.wasm")));
    expect([ran.stderr, ran.end.exitCode]).toEqual(["This file is no WASM module.\n", 126]);
  });
});
