import { expect, test } from "./fixtures";
import { makeRoom, writeFile } from "./support/rooms";

const oddPage = `<!doctype html><html lang="en"><head><title>Odd</title></head><body>
<h1>Odd page</h1>
<img src="missing.png" alt="">
<script>
  console.warn("Careful", { rows: 3 });
  undefinedThing();
</script></body></html>`;

test("a page's errors are counted, shown and handed to the employee; an element is picked by a click", async ({
  api,
  workroomPage: room,
  checkAccessibility,
}) => {
  const { id } = await makeRoom(api, "Shop page");
  await writeFile(api, id, "output/odd/index.html", oddPage);
  await room.open(id);
  await room.showTab("Preview");
  await room.page.getByRole("button", { name: "Console, 2 errors" }).click();
  const console = room.page.getByRole("region", { name: "Console" });
  const lines = console.getByRole("list", { name: "Lines" });
  await expect(lines).toContainText("undefinedThing is not defined (/output/odd/index.html:6)");
  await expect(lines).toContainText("Could not load missing.png");
  await expect(lines).toContainText('Careful {"rows":3}');
  await checkAccessibility();
  await console.getByRole("button", { name: "Ask to fix it" }).click();
  await expect(room.composer).toHaveValue(/shows this error, please fix it:\n> /);
  await room.composer.fill("");

  await room.page.getByRole("button", { name: "Pick an element" }).click();
  await room.preview.getByRole("heading", { name: "Odd page" }).click();
  await expect(room.composer).toHaveValue(
    /On \/output\/odd\/index\.html, this part of the page \(`.*h1`\):\n> Odd page\n/,
  );
  await console.getByRole("button", { name: "Clear" }).click();
  await expect(room.page.getByRole("button", { name: "Console", exact: true })).toBeVisible();
  await api.call("DELETE", `/workrooms/${id}`);
});

const hostilePage = `<!doctype html><html lang="en"><head><title>Hostile</title></head><body>
<h1>Hostile page</h1>
<script>
  const forge = (message) => parent.postMessage({ source: "workroom-preview", ...message }, "*");
  forge({ type: "picked", selector: "h1", text: "forged pick" });
  const child = document.createElement("iframe");
  child.srcdoc = '<script>top.postMessage({ source: "workroom-preview", type: "log", level: "error", text: "from a frame in the frame" }, "*")</' + 'script>';
  document.body.append(child);
  setTimeout(() => {
    for (let at = 0; at < 20000; at++) forge({ type: "log", level: "error", text: "flood " + at });
    document.title = "flooded";
    document.body.append("flooded");
  }, 500);
  // Of a flood some words are never looked at, so this one is said again and again.
  setInterval(() => {
    forge({ type: "log", level: "error", text: "<img src=x onerror=alert(1)>" });
  }, 1000);
</script></body></html>`;

test("a hostile page puts no word into the composer, runs nothing, and can't drown the dashboard", async ({
  api,
  workroomPage: room,
}) => {
  const { id } = await makeRoom(api, "Garden plan");
  await writeFile(api, id, "output/hostile/index.html", hostilePage);
  const dialogs: string[] = [];
  room.page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await room.open(id);
  await room.showTab("Preview");
  await room.page.getByRole("button", { name: /^Console/ }).click();
  const lines = room.page.getByRole("list", { name: "Lines" });
  await expect(room.preview.getByText("flooded")).toBeVisible();
  await expect(lines).toContainText("<img src=x onerror=alert(1)>");
  await expect(lines).toContainText("flood ");
  expect(await lines.getByRole("listitem").count()).toBeLessThanOrEqual(200);
  await expect(lines).not.toContainText("from a frame in the frame");
  await expect(room.composer).toHaveValue("");
  await room.composer.fill("The dashboard still answers.");
  await expect(room.composer).toHaveValue("The dashboard still answers.");
  expect(dialogs).toEqual([]);
  await api.call("DELETE", `/workrooms/${id}`);
});
