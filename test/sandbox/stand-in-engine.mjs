// An engine that does what an attacker would who took the real one over: it runs any command as the engine's own user.
// It runs in the room, for the tests of what holds even then.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const startedAt = new Date().toISOString();
const { epoch } = JSON.parse(readFileSync("/run/engine/config.json", "utf8"));
const env = { PATH: "/usr/sbin:/usr/bin:/bin:/sbin" };

const server = createServer((request, response) => {
  if (request.url === "/health") {
    response.end(JSON.stringify({ version: "stand-in", epoch, startedAt }));
    return;
  }
  let command = "";
  request.on("data", (chunk) => (command += chunk));
  request.on("end", () => {
    const child = spawn("/bin/bash", ["-c", command], { env, cwd: "/workspace" });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => (output = (output + chunk).slice(0, 100_000)));
    child.on("close", (exitCode) => response.end(JSON.stringify({ exitCode, output })));
  });
});
server.listen("/run/engine/engine.sock");
