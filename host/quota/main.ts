import { runKeeper } from "./keeper/main";
import { runServer } from "./server/main";

// Two programs in one file: `server`, or `keeper <socket> <node> <uid of the servers, "" for its own>`.
const [role, socketPath = "", nodePath = "", uid = ""] = process.argv.slice(2);

/** A server needs rights over files of any owner, and no others of root's; the keeper mounts. */
const rights = ["chown", "dac_override", "fowner", "fsetid"].map((name) => `+${name}`).join(",");

function serverCommand(): [string, ...string[]] {
  const program: [string, ...string[]] = [nodePath, import.meta.filename, "server"];
  if (uid === "") return program;
  return [
    "/usr/bin/setpriv",
    `--reuid=${uid}`,
    `--regid=${uid}`,
    "--clear-groups",
    "--no-new-privs",
    `--inh-caps=-all,${rights}`,
    `--ambient-caps=-all,${rights}`,
    `--bounding-set=-all,${rights}`,
    "--",
    ...program,
  ];
}

if (role === "server") runServer();
else runKeeper({ socketPath, command: serverCommand() });
