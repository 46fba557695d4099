import path from "node:path";
import { type Env, readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { backUp } from "./back-up";
import { canRead, outerView, superviseInPrivateMounts } from "./checkout-access";
import { prepareDataFolder } from "./data-folder";
import { Installation, type Surroundings } from "./installation";
import { resetOwnerLink, setupLink } from "./owner-links";
import { PlainFailure } from "./plain-failure";
import { restore } from "./restore";
import { stopRequest } from "./stop-requests";
import { ensureWebUser } from "./web-user";

const show = (line: string) => process.stdout.write(`  ${line}\n`);
const checkout = path.join(import.meta.dirname, "..");

async function startAndAnnounce(installation: Installation, dashboard: URL): Promise<void> {
  const startedAt = performance.now();
  await installation.start();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const link = await setupLink(installation.appUrl, dashboard);
  show(`Workroom runs (started in ${seconds} s): ${dashboard.origin}`);
  if (link) show(`Set it up with this one-time link: ${link}`);
  show("Stop it with Ctrl-C.");
}

async function runUntilStopped(installation: Installation, env: Env): Promise<void> {
  const stop = stopRequest(() => {
    show("Stopped at once; rooms that still run are adopted by the next start.");
    installation.kill();
    process.exit(1);
  });
  const started = startAndAnnounce(installation, env.WORKROOM_URL);
  try {
    await Promise.race([started, stop]);
    await stop;
    show("Stopping: rooms go to sleep (Ctrl-C again stops at once).");
  } finally {
    await installation.stop();
    await started.catch(() => undefined);
  }
  show("Stopped.");
}

/** Works while Workroom runs and while it does not. */
async function resetOwner(surroundings: Surroundings): Promise<void> {
  const dashboard = surroundings.env.WORKROOM_URL;
  const running = Installation.findRunning(surroundings);
  if (running) {
    const { email, link } = await resetOwnerLink(running.appUrl, dashboard);
    show(`Choose a new password for ${email} with this one-time link: ${link}`);
    return;
  }
  const installation = Installation.take(surroundings);
  try {
    await installation.migrateDatabase(await installation.startDatabase());
    const { email, link } = await resetOwnerLink(installation.appUrl, dashboard);
    show(`Start Workroom, then choose a new password for ${email} with this link: ${link}`);
  } finally {
    await installation.stop();
  }
}

function readSettings(): Env {
  try {
    return readEnv();
  } catch (error) {
    throw new PlainFailure((error as Error).message);
  }
}

async function main(): Promise<number> {
  const env = readSettings();
  const webUser = ensureWebUser();
  const outer = outerView();
  if (webUser && !outer && !canRead(checkout, webUser)) {
    const { root } = prepareDataFolder(env.WORKROOM_DATA_DIR, webUser);
    return superviseInPrivateMounts(checkout, path.join(root, "app"));
  }
  const surroundings = { env, checkout, webUser, outer, show };
  const [command, ...rest] = process.argv.slice(2);
  if (command === "reset-owner") await resetOwner(surroundings);
  else if (command === "backup") await backUp(surroundings, rest);
  else if (command === "restore") await restore(surroundings, rest);
  else await runUntilStopped(Installation.take(surroundings), env);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isExpected =
    error instanceof PlainFailure || error instanceof AppError || !(error instanceof Error);
  process.stderr.write(`${isExpected ? String((error as Error).message) : error.stack}\n`);
  process.exitCode = 1;
}
