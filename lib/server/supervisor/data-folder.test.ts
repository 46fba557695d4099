import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkFreeSpace, prepareDataFolder } from "./data-folder";
import { isFolderLocked, lockFolder, lockRoomUids } from "./folder-lock";
import { keepSecrets } from "./secrets";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "workroom-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (file: string) => statSync(file).mode & 0o777;
const none = { secretKey: undefined, authSecret: undefined };

test("secrets and logs are closed to everybody else", () => {
  const made = prepareDataFolder(path.join(folder, "data"), null);
  expect([made.root, made.secrets, made.logs, made.postgres, made.store].map(mode)).toEqual([
    0o700, 0o700, 0o700, 0o700, 0o700,
  ]);
  expect(mode(made.runtime)).toBe(0o755);
});

test("a folder of another shape than a path is refused with the setting's name", () => {
  expect(() => prepareDataFolder("data", null)).toThrow(
    /WORKROOM_DATA_DIR must be an absolute path/,
  );
});

test("a folder that can't be made is one line that names it", () => {
  writeFileSync(path.join(folder, "file"), "");
  const attempt = () => prepareDataFolder(path.join(folder, "file/data"), null);
  expect(attempt).toThrow(/^[^\n]+can't be made \(ENOTDIR\)[^\n]+$/);
});

test("a folder that the product's own user can't reach is one line with the remedy", () => {
  const attempt = () => prepareDataFolder(path.join(folder, "data"), { uid: 65_534, gid: 65_534 });
  expect(attempt).toThrow(/lets only its owner pass[^\n]+chmod o\+x/);
  chmodSync(folder, 0o711);
  expect(attempt).not.toThrow(/lets only its owner pass/);
});

test("a disk without room for the reserve is refused before anything starts", () => {
  const made = prepareDataFolder(path.join(folder, "data"), null);
  expect(() => checkFreeSpace(made, 1e18)).toThrow(/nearly full: .* GB free, .* GB needed/);
  expect(() => checkFreeSpace(made, 0)).not.toThrow();
});

test("a folder has one holder at a time and says who it is", () => {
  const unlock = lockFolder(folder);
  expect(isFolderLocked(folder)).toBe(true);
  expect(() => lockFolder(folder)).toThrow(
    `Workroom already runs on ${folder} (pid ${process.pid})`,
  );
  unlock();
  expect(isFolderLocked(folder)).toBe(false);
  lockFolder(folder)();
});

test("two installations that run never share the rooms' user ids", () => {
  const unlock = lockRoomUids(1_000_000, folder);
  expect(() => lockRoomUids(1_000_000, folder)).toThrow(/WORKROOM_UID_BASE=501000000 npm run up/);
  lockRoomUids(501_000_000, folder)();
  unlock();
  lockRoomUids(1_000_000, folder)();
});

test("secrets are made once, readable by their owner alone, and stay the same", () => {
  const secrets = path.join(folder, "secrets");
  mkdirSync(secrets);
  const first = keepSecrets(secrets, none);
  expect(keepSecrets(secrets, none)).toEqual(first);
  expect(new Set(Object.values(first)).size).toBe(3);
  expect(Buffer.from(first.secretKey, "base64")).toHaveLength(32);
  expect(mode(path.join(secrets, "secret-key"))).toBe(0o600);
});

test("a damaged secret is refused, never replaced", () => {
  writeFileSync(path.join(folder, "secret-key"), "short");
  expect(() => keepSecrets(folder, none)).toThrow(/secret-key is damaged/);
});

test("the operator's own secrets win over the folder's", () => {
  const given = { secretKey: "given-key", authSecret: "given-secret" };
  expect(keepSecrets(folder, given)).toMatchObject(given);
});
