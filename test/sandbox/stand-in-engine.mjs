// The smallest engine a sandbox can be tested with: health, commands as the agent, and streams to ports. Runs in the room.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";

const startedAt = new Date().toISOString();
const { epoch } = JSON.parse(readFileSync("/run/engine/config.json", "utf8"));
const agent = process.getuid() === 0 ? { uid: 1000, gid: 1000 } : {};
const env = { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin", HOME: "/home/agent" };

const server = createServer((request, response) => {
  if (request.url === "/health") {
    response.end(JSON.stringify({ version: "stand-in", epoch, startedAt }));
    return;
  }
  let command = "";
  request.on("data", (chunk) => (command += chunk));
  request.on("end", () => {
    // /exec runs as the agent, /exec-engine as the engine itself.
    const who = request.url === "/exec-engine" ? {} : agent;
    const child = spawn("/bin/bash", ["-c", command], { env, cwd: "/workspace", ...who });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => (output = (output + chunk).slice(0, 100_000)));
    child.on("error", (error) =>
      response.end(JSON.stringify({ exitCode: null, output: error.message })),
    );
    child.on("close", (exitCode) => response.end(JSON.stringify({ exitCode, output })));
  });
});
server.on("upgrade", (request, socket, head) => {
  const target = connect(Number(request.url.split("/")[2]), "127.0.0.1");
  target.on("connect", () => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\n");
    target.write(head);
    target.pipe(socket).pipe(target);
  });
  target.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  socket.on("error", () => target.destroy());
});
server.listen("/run/engine/engine.sock");
