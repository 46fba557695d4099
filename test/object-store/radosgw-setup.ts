import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { startRadosgw } from "./start-radosgw";

/** One S3 server for a whole test run, started when the first test asks for it; it takes ten seconds. */
export default async function setup(): Promise<() => Promise<void>> {
  const dir = mkdtempSync(path.join(tmpdir(), "wr-s3-ask-"));
  const socket = path.join(dir, "ask.sock");
  let started: ReturnType<typeof startRadosgw> | null = null;
  const server = createServer((request, response) => {
    started ??= startRadosgw();
    const admin = new URL(request.url ?? "/", "http://localhost").searchParams.getAll("admin");
    started
      .then(async (radosgw) =>
        admin.length > 0 ? radosgw.admin(...admin) : JSON.stringify(radosgw),
      )
      .then(
        (text) => response.end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  process.env["WORKROOM_TEST_S3"] = socket;
  return async () => {
    server.close();
    await (await started?.catch(() => null))?.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
