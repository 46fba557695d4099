import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openLogFile, prettyLine } from "./log-file";
import { checkPort } from "./port-check";
import { SupervisedProgram } from "./supervised-program";

let folder: string;
let program: SupervisedProgram | null = null;
const shown: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "workroom-program-"));
  shown.length = 0;
});
afterEach(async () => {
  await program?.stop(1_000);
  program = null;
  rmSync(folder, { recursive: true, force: true });
});

const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));

function supervise(script: string, startTimeoutMs = 10_000): SupervisedProgram {
  const ready = path.join(folder, "ready");
  program = new SupervisedProgram({
    name: "web",
    command: ["bash", "-c", script],
    env: { PATH: "/usr/bin:/bin", READY: ready },
    cwd: folder,
    log: openLogFile(folder, "web", (line) => shown.push(line)),
    isReady: async () => existsSync(ready),
    startTimeoutMs,
    show: (line) => shown.push(line),
  });
  return program;
}
const serve = 'touch "$READY"; while :; do read -t 5 <> <(:); done';

test("a program that is killed starts again, and the operator is told", async () => {
  const web = supervise(serve);
  await web.start();
  const first = web.pid ?? 0;
  process.kill(first, "SIGKILL");
  await vi.waitFor(() => expect(web.pid !== null && web.pid !== first).toBe(true), 5_000);
  expect(shown).toContainEqual("web ended (SIGKILL); it starts again in 0.5 s.");
});

test("a program that ends at its first start shows the end of its log", async () => {
  await expect(supervise('echo "no such table" >&2; exit 3').start()).rejects.toThrow(
    /web ended at once\. The end of .*web\.log:\n {2}no such table/,
  );
});

test("a program that never answers is reported after its time", async () => {
  const web = supervise("while :; do read -t 5 <> <(:); done", 300);
  await expect(web.start()).rejects.toThrow(/web did not answer in time/);
});

test("a program that ignores the request to end is ended", async () => {
  const web = supervise(`trap "" TERM; ${serve}`);
  await web.start();
  const pid = web.pid ?? 0;
  await web.stop(200);
  expect(isAlive(pid)).toBe(false);
});

test("a program that has just died is started once more, to put its things in order before the end", async () => {
  const tidy = path.join(folder, "tidy");
  const web = supervise(`trap 'echo in order >> ${tidy}; exit 0' TERM; ${serve}`);
  await web.start();
  rmSync(path.join(folder, "ready"));
  process.kill(web.pid ?? 0, "SIGKILL");
  await vi.waitFor(() => expect(web.pid).toBeNull(), 5_000);
  await web.stop(10_000);
  expect(readFileSync(tidy, "utf8")).toBe("in order\n");
});

test("a program that was launched just now is asked to end once it listens", async () => {
  const tidy = path.join(folder, "tidy");
  const web = supervise(
    `read -t 0.3 <> <(:); trap 'echo in order >> ${tidy}; exit 0' TERM; ${serve}`,
  );
  const started = web.start();
  await web.stop(10_000);
  await started;
  expect(readFileSync(tidy, "utf8")).toBe("in order\n");
});

test("the operator sees warnings and errors in plain words, nothing else", () => {
  const line = JSON.stringify({ level: 50, msg: "Can't write", err: { message: "EIO" } });
  expect(prettyLine("host", line)).toBe("host error: Can't write: EIO");
  expect(prettyLine("host", JSON.stringify({ level: 30, msg: "listening" }))).toBeNull();
  expect(prettyLine("host", "plain text")).toBeNull();
});

test("a port in use is one line with another port to take", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await expect(checkPort(port, "127.0.0.1")).rejects.toThrow(
    `Port ${port} is in use. Stop the program that listens there, or choose another port: PORT=${port + 1} npm run up`,
  );
  await new Promise((resolve) => server.close(resolve));
  await expect(checkPort(port, "127.0.0.1")).resolves.toBeUndefined();
});
