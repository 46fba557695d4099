import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { HostUser } from "./data-folder";
import { PlainFailure } from "./plain-failure";

const NAME = "workroom";

function findUser(): HostUser | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${NAME}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/**
 * The system user the web and the database run as when we are root: a hole there is then no hole in the host.
 * `null` for an ordinary user, whose processes all run as that user.
 */
export function ensureWebUser(): HostUser | null {
  if (process.getuid?.() !== 0) return null;
  const found = findUser();
  if (found) return found;
  const args = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"];
  const made = spawnSync("useradd", [...args, "--shell", "/usr/sbin/nologin", NAME], {
    encoding: "utf8",
    timeout: 30_000,
  });
  const user = findUser();
  if (user) return user;
  throw new PlainFailure(
    `The system user ${NAME} can't be made (${(made.stderr ?? made.error?.message ?? "").trim()}). ` +
      `Make it by hand: useradd --system --user-group --shell /usr/sbin/nologin ${NAME}`,
  );
}
