import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");
const isSource = (name: string) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name);

/** Product files below these folders that contain the text, tests left out. */
function filesWith(text: RegExp, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
        path.join(folder, name),
      ),
    )
    .filter((file) => isSource(file) && text.test(readFileSync(path.join(root, file), "utf8")))
    .toSorted();
}

/** The engine is a program of the room: its environment is what the sandbox gives it. */
const product = ["app", "components", "lib", "host"];

/** A tree of two files under our rules. */
function cruise(importer: string, imported: string): { status: number | null; output: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "workroom-layers-"));
  try {
    for (const file of [importer, imported])
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    const from = path.relative(path.dirname(importer), imported).replace(/\.ts$/, "");
    writeFileSync(
      path.join(folder, importer),
      `import { x } from "${from}";\nexport const y = x;\n`,
    );
    writeFileSync(path.join(folder, imported), "export const x = 1;\n");
    writeFileSync(path.join(folder, "tsconfig.json"), '{ "compilerOptions": {} }');
    copyFileSync(path.join(root, ".dependency-cruiser.cjs"), path.join(folder, "rules.cjs"));
    const program = path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
    const answer = spawnSync(process.execPath, [program, "--config", "rules.cjs", "."], {
      cwd: folder,
      encoding: "utf8",
      timeout: 60_000,
    });
    return { status: answer.status, output: answer.stdout + answer.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([
  ["lib/domain/a.ts", "lib/adapters/b/c.ts", "domain-has-no-adapters"],
  ["components/a/b.ts", "lib/domain/c.ts", "browser-code-stays-in-the-browser"],
  ["engine/a.ts", "lib/db/b.ts", "engine-stands-alone"],
  ["host/a.ts", "lib/domain/b.ts", "host-is-small"],
  ["app/a.ts", "lib/adapters/b.ts", "routes-go-through-domain"],
  ["lib/gateway/a.ts", "lib/adapters/b.ts", "one-composition-root"],
])(
  "an import of %s from %s is refused",
  (importer, imported, rule) => {
    const { status, output } = cruise(importer, imported);
    expect(output).toContain(rule);
    expect(status).not.toBe(0);
  },
  60_000,
);

test("an allowed import passes the same rules", () => {
  expect(cruise("lib/domain/a.ts", "lib/ports/b.ts").status).toBe(0);
}, 60_000);

test("the environment is read in one place", () => {
  const readers = filesWith(/process\.env\b(?!\["NEXTAUTH_URL"\] =)/, product);
  expect(readers).toEqual(["lib/env.ts"]);
});

test("transactions that see every organisation are made only where nobody is signed in yet", () => {
  const byHostName = ["lib/domain/workroom/find-preview-room.ts", "lib/domain/app/resolve-app.ts"];
  const byKeyOfStore = ["lib/domain/storage/find-route.ts"];
  const allowed = (file: string) =>
    /^lib\/(db|auth|gateway|worker|server)\/|^lib\/domain\/(identity|invitation|org)\//.test(
      file,
    ) || [...byHostName, ...byKeyOfStore].includes(file);
  expect(
    filesWith(/\b(inSystem|readInSystem)\(/, ["lib"]).filter((file) => !allowed(file)),
  ).toEqual([]);
});

test("the first page takes no schema library with it: browser code imports views as types only", () => {
  const values = /import \{[^}]*\} from "@\/lib\/protocol\/views"/;
  expect(filesWith(values, ["components", "lib/client"])).toEqual([]);
});
