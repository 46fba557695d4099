import { readFileSync } from "node:fs";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "./fixtures";
import { makeRoom } from "./support/rooms";

test.describe.configure({ timeout: 120_000 });

/** A Word file with one paragraph: the least that ECMA-376 asks for. */
function wordFile(text: string): string {
  const files = {
    "[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    "_rels/.rels": `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/document.xml": `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
  };
  const entries = Object.entries(files).map(([name, content]) => [name, strToU8(content)] as const);
  return Buffer.from(zipSync(Object.fromEntries(entries))).toString("base64");
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><script>document.title="owned"</script><rect width="80" height="40" fill="teal"/></svg>`;

test("files are found by name and text, shown as what they are, and an earlier state comes back", async ({
  api,
  page,
  workroomPage: room,
  checkAccessibility,
}) => {
  const { id } = await makeRoom(api, "Many kinds of files");
  const write = (path: string, content: string, encoding = "utf8") =>
    api.ask("POST", `/workspaces/${id}/files/write`, { path, content, encoding });
  await write("output/plan.md", "# The plan\n\nFirst **things** first.\n");
  await write("output/notes/deep.txt", "a needle in the text\n");
  await write("output/logo.svg", svg);
  await write("output/letter.docx", wordFile("Dear lamp shop"), "base64");
  await write("output/figures.csv", "town,n\nGraz,3\n");
  await write("output/plan.md", "# The plan\n\nSecond thoughts.\n");
  await room.open(id);
  await room.showTab("Files");
  const files = page.getByRole("tabpanel", { name: "Files" });
  const find = files.getByRole("searchbox", { name: "Find files or text" });

  await find.fill("needle");
  await files.getByRole("button", { name: /deep\.txt:1/ }).click();
  await expect(files.getByRole("region", { name: "output/notes/deep.txt" })).toBeVisible();
  await find.fill("LOGO");
  await files.getByRole("button", { name: "logo.svg" }).click();
  await expect(files.getByRole("img", { name: "logo.svg" })).toBeVisible();
  await expect(page).not.toHaveTitle("owned");
  await find.fill("letter");
  await files.getByRole("button", { name: "letter.docx" }).click();
  await expect(files.frameLocator("iframe").getByText("Dear lamp shop")).toBeVisible();
  await checkAccessibility();

  await find.fill("plan");
  await files.getByRole("button", { name: "plan.md output" }).click();
  await expect(files.getByRole("heading", { name: "The plan" })).toBeVisible();
  await expect(files.getByText("Second thoughts.")).toBeVisible();
  await files.getByRole("button", { name: "History" }).click();
  const versions = files.getByRole("list", { name: "Versions" });
  await expect(versions.getByRole("listitem")).toHaveCount(2);
  await expect(versions).toContainText("Edit by");
  await checkAccessibility();
  await page.screenshot({ path: "test-results/pictures/file-history.png" });
  await files.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByText("Restored.")).toBeVisible();
  await files.getByRole("button", { name: "History" }).click();
  await expect(files.getByText("First things first.")).toBeVisible();
  await api.call("DELETE", `/workrooms/${id}`);
});

test("a deletion and a new name are taken back with one click; a folder comes as a zip file", async ({
  api,
  page,
  workroomPage: room,
}) => {
  const { id } = await makeRoom(api, "Taken back");
  const content = "keep me\n";
  await api.ask("POST", `/workspaces/${id}/files/write`, { path: "output/a/keep.txt", content });
  await room.open(id);
  await room.showTab("Files");
  const files = page.getByRole("tabpanel", { name: "Files" });
  const row = (name: string) => files.getByRole("treeitem", { name: new RegExp(`^${name} `) });
  const menu = async (name: string, item: string) => {
    await row(name).hover();
    await row(name)
      .getByRole("button", { name: `Actions for ${name}` })
      .click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await menu("a", "Delete");
  await expect(row("a")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row("a")).toBeVisible();

  const download = page.waitForEvent("download");
  await menu("a", "Download as zip");
  const zip = readFileSync(await (await download).path());
  expect(zip.subarray(0, 2).toString()).toBe("PK");
  expect(zip.includes("keep.txt")).toBe(true);
  await api.call("DELETE", `/workrooms/${id}`);
});
