import { connect } from "node:net";
import { expect, test } from "./fixtures";
import { keptSession } from "./support/owner";
import { exec, lastTurn, makeRoom, sendMessage } from "./support/rooms";

test("a message is never empty, and 100 KB of text arrive whole", async ({
  api,
  workroomPage: room,
}) => {
  const { id, mainChatId } = await makeRoom(api, "Messages");
  const empty = await api.call<{ detail: string }>("POST", `/chats/${mainChatId}/messages`, {
    text: "   ",
    attachments: [],
    idempotencyKey: "empty-1",
  });
  expect(empty.status).toBe(400);
  await room.open(id);
  await expect(room.page.getByRole("button", { name: "Send" })).toBeDisabled();

  const long = `count to 1 ${"é🙂<script>alert(1)</script> ".repeat(3_300)}end`;
  expect(Buffer.byteLength(long)).toBeGreaterThan(100_000);
  await sendMessage(api, mainChatId, long);
  await room.page.getByRole("button", { name: "Show the whole message" }).click();
  await expect(room.chat.getByRole("article", { name: /wrote$/ }).first()).toContainText("end");
  await api.call("DELETE", `/workrooms/${id}`);
});

test("the same message sent twice with one key is one message", async ({ api }) => {
  const { id, mainChatId } = await makeRoom(api, "Idempotent");
  const message = { text: "count to 1", attachments: [], idempotencyKey: "same-key-1" };
  const [first, second] = await Promise.all([
    api.ask<{ id: string }>("POST", `/chats/${mainChatId}/messages`, message),
    api.ask<{ id: string }>("POST", `/chats/${mainChatId}/messages`, message),
  ]);
  expect(first.id).toBe(second.id);
  await api.call("DELETE", `/workrooms/${id}`);
});

test("a 3 GB upload is refused before its first byte", async ({ api, product }) => {
  const { id } = await makeRoom(api, "Large upload");
  const cookie = keptSession()
    .cookies.map(({ name, value }) => `${name}=${value}`)
    .join("; ");
  const host = `workroom.localhost:${product.port}`;
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(product.port, "127.0.0.1", () =>
      socket.write(
        [
          `PUT /api/v1/workrooms/${id}/upload?path=input/large.bin HTTP/1.1`,
          `Host: ${host}`,
          `Origin: http://${host}`,
          `Cookie: ${cookie}`,
          "Content-Length: 3221225472",
          "Expect: 100-continue",
          "",
          "",
        ].join("\r\n"),
      ),
    );
    socket.once("data", (bytes) => {
      resolve(bytes.toString());
      socket.destroy();
    });
    socket.once("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413/);
  await api.call("DELETE", `/workrooms/${id}`);
});

const names: [string, string | RegExp][] = [
  ["input/../../../etc/escape.csv", /^etc\/escape\.csv$|^escape\.csv$/],
  ["input/emoji 🙂 name.csv", "input/emoji 🙂 name.csv"],
  ["input/<script>alert(1)</script>.csv", /script/],
];
test("odd names stay inside the workspace; impossible ones are refused in plain words", async ({
  api,
}) => {
  const { id } = await makeRoom(api, "Names");
  for (const [name] of names)
    expect(await api.upload(id, name, "a,b\n1,2\n"), name).toBeLessThan(500);
  expect(await api.upload(id, `input/${"x".repeat(300)}.csv`, "a\n1\n")).toBe(400);
  expect(await api.upload(id, "input/nul\u0000.csv", "a\n1\n")).toBe(400);
  const outside = await exec(api, id, "ls / /etc/escape.csv /escape.csv");
  expect(outside.stderr).toContain("No such file");
  await api.call("DELETE", `/workrooms/${id}`);
});

test("a table without rows and a binary are shown for what they are", async ({
  api,
  workroomPage: room,
}) => {
  const { id } = await makeRoom(api, "Odd files");
  await api.upload(id, "input/empty.csv", "date,region\n");
  const profile = await api.ask<{ rowCount: number }>(
    "GET",
    `/workspaces/${id}/files/profile?path=input/empty.csv`,
  );
  expect(profile.rowCount).toBe(0);
  await api.upload(id, "input/photo.bin", "\u0000\u0001\u0002".repeat(1_000));
  const content = await api.ask<{ isBinary: boolean; size: number }>(
    "GET",
    `/workspaces/${id}/files/read?path=input/photo.bin`,
  );
  expect(content).toMatchObject({ isBinary: true, size: 3_000 });
  await room.open(id);
  await room.showTab("Files");
  await expect(room.page.getByRole("tree", { name: "File tree" })).toBeVisible();
  await api.call("DELETE", `/workrooms/${id}`);
});

test("a command that prints a gigabyte and one that never ends leave the room usable", async ({
  api,
}) => {
  const { id } = await makeRoom(api, "Loud commands");
  const loud = await api.ask<{ isTruncated: boolean; stdout: string }>(
    "POST",
    `/workrooms/${id}/exec`,
    {
      command: "head -c 1000000000 /dev/zero | tr '\\0' 'x'",
      timeoutMs: 30_000,
    },
  );
  expect(loud.isTruncated).toBe(true);
  expect(loud.stdout.length).toBeLessThan(5_000_000);
  const endless = await api.ask<{ isTimedOut: boolean }>("POST", `/workrooms/${id}/exec`, {
    command: "sleep 600",
    timeoutMs: 500,
  });
  expect(endless.isTimedOut).toBe(true);
  expect((await exec(api, id, "echo still here; pgrep -x sleep || true")).stdout).toBe(
    "still here\n",
  );
  await api.call("DELETE", `/workrooms/${id}`);
});

test("a server on a taken port or one that never listens leaves the preview honest", async ({
  api,
  workroomPage: room,
}) => {
  const { id } = await makeRoom(api, "Servers");
  const second = await exec(
    api,
    id,
    "setsid python3 -m http.server 8123 >/dev/null 2>&1 & " +
      "until curl -sf http://127.0.0.1:8123 >/dev/null; do :; done; python3 -m http.server 8123",
  );
  expect(second.stderr).toContain("Address already in use");
  await room.open(id);
  await room.showTab("Preview");
  await expect(room.preview.locator("body")).toContainText("Directory listing");
  await api.call("DELETE", `/workrooms/${id}`);
});

test("messages sent while the employee works wait in line and run in order; Stop ends the turn", async ({
  api,
  workroomPage: room,
  checkAccessibility,
}) => {
  const { id, mainChatId } = await makeRoom(api, "Queue");
  await room.open(id);
  await room.say("Count to 60");
  await expect(room.page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  await sendMessage(api, mainChatId, "Count to 1");
  await expect(room.page.getByText("Count to 1", { exact: true }).first()).toBeVisible();
  await checkAccessibility();
  await room.page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect
    .poll(async () => (await lastTurn(api, mainChatId))?.state, { timeout: 30_000 })
    .toBe("done");
  const { turns } = await api.ask<{ turns: { state: string }[] }>(
    "GET",
    `/chats/${mainChatId}/turns`,
  );
  expect(turns.map(({ state }) => state).toSorted()).toEqual(["cancelled", "done"]);
  await api.call("DELETE", `/workrooms/${id}`);
});
