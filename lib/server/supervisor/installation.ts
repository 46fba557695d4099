import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Env, inheritedEnv } from "@/lib/env";
import type { OuterView } from "./checkout-access";
import { checkFreeSpace, type DataFolder, type HostUser, prepareDataFolder } from "./data-folder";
import { isFolderLocked, lockFolder, lockRoomUids } from "./folder-lock";
import { installRuntime } from "./install-runtime";
import { isAnswering } from "./is-answering";
import { openLogFile } from "./log-file";
import { ownerUrlOf } from "@/lib/adapters/database/embedded-postgres";
import { refuseHalfRestored } from "./restore-mark";
import { appDatabaseUrl, type Database, migrate, openDatabase } from "./open-database";
import { checkPort } from "./port-check";
import { keepSecrets, type Secrets } from "./secrets";
import { SupervisedProgram } from "./supervised-program";

const START_TIMEOUT_MS = 60_000;
const WEB_GRACE_MS = 25_000;
const HOST_GRACE_MS = 20_000;

const modelKeyNames = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"];

export type Surroundings = {
  env: Env;
  /** Where dist/, .next/, node_modules/ and drizzle/ are. */
  checkout: string;
  webUser: HostUser | null;
  /** Set when we run in a private mount namespace; the host does not, so that the next host sees its mounts. */
  outer: OuterView | null;
  show: (line: string) => void;
};

export type DatabaseUrls = { ownerUrl: string; appUrl: string };

/** One running installation: the database, the host and the web of one data folder. */
export class Installation {
  private stops: (() => Promise<void>)[] = [];
  private isStopping = false;
  private programs: SupervisedProgram[] = [];
  readonly folder: DataFolder;
  appUrl = "";

  private constructor(
    private readonly around: Surroundings,
    private readonly unlock: () => void,
  ) {
    this.folder = prepareDataFolder(around.env.WORKROOM_DATA_DIR, around.webUser);
  }

  /** Takes the data folder. @throws PlainFailure when it is in use, can't be written or its disk is full */
  static take(around: Surroundings): Installation {
    const { root } = prepareDataFolder(around.env.WORKROOM_DATA_DIR, around.webUser);
    const unlockFolder = lockFolder(root);
    // Only root gives rooms user ids of their own.
    const unlockUids = around.webUser ? lockRoomUids(around.env.WORKROOM_UID_BASE) : () => null;
    const installation = new Installation(around, () => {
      unlockUids();
      unlockFolder();
    });
    checkFreeSpace(installation.folder, around.env.WORKROOM_DISK_RESERVE);
    return installation;
  }

  /** Addresses of the database of an installation that runs on this folder now, or `null`. */
  static findRunning({ env, webUser }: Surroundings): DatabaseUrls | null {
    const folder = prepareDataFolder(env.WORKROOM_DATA_DIR, webUser);
    if (!isFolderLocked(folder.root)) return null;
    const { databasePassword } = keepSecrets(folder.secrets, {
      secretKey: env.WORKROOM_SECRET_KEY,
      authSecret: env.NEXTAUTH_SECRET,
    });
    const ownerUrl = env.DATABASE_URL ?? ownerUrlOf(folder.postgres);
    return { ownerUrl, appUrl: appDatabaseUrl(ownerUrl, databasePassword) };
  }

  /** Starts everything in order; each part is ready when the next starts. */
  async start(): Promise<void> {
    const { env, checkout } = this.around;
    await checkPort(env.PORT, env.BIND);
    refuseHalfRestored(this.folder.root);
    rmSync(this.stopMarker, { force: true });
    const secrets = this.keepSecrets();
    installRuntime(this.folder.runtime, checkout);
    this.appUrl = await migrate(await this.openDatabase(), checkout, secrets.databasePassword);
    if (!this.isStopping) await this.startHost();
    if (!this.isStopping) await this.startWeb(secrets);
  }

  /** The database alone and as it is, for commands on an installation that does not run. */
  async startDatabase(): Promise<{ ownerUrl: string }> {
    return this.openDatabase();
  }

  /** Brings the database to this version. */
  async migrateDatabase(database: { ownerUrl: string }): Promise<void> {
    const { databasePassword } = this.keepSecrets();
    this.appUrl = await migrate(database, this.around.checkout, databasePassword);
  }

  private keepSecrets(): Secrets {
    const { env } = this.around;
    return keepSecrets(this.folder.secrets, {
      secretKey: env.WORKROOM_SECRET_KEY,
      authSecret: env.NEXTAUTH_SECRET,
    });
  }

  private async openDatabase(): Promise<Database> {
    const { env, webUser, show } = this.around;
    const log = openLogFile(this.folder.logs, "database", show);
    const onLog = (line: string) => log.write(`${line}\n`);
    const database = await openDatabase(this.folder, env.DATABASE_URL, webUser, onLog);
    this.stops.push(() => database.stop());
    if (this.isStopping) await database.stop();
    return database;
  }

  private get stopMarker(): string {
    return path.join(this.folder.run, "stopping");
  }

  private sharedEnv(): Record<string, string> {
    const { env } = this.around;
    const { DATABASE_URL: _url, WORKROOM_SECRET_KEY: _key, ...shared } = inheritedEnv();
    return {
      ...shared,
      WORKROOM_DATA_DIR: env.WORKROOM_DATA_DIR,
      NEXT_TELEMETRY_DISABLED: "1",
    };
  }

  private async run(
    name: string,
    command: [string, ...string[]],
    env: Record<string, string>,
    isReady: () => Promise<boolean>,
    graceMs: number,
  ): Promise<void> {
    const { checkout, show } = this.around;
    const program = new SupervisedProgram({
      name,
      command,
      env,
      cwd: checkout,
      log: openLogFile(this.folder.logs, name, show),
      isReady,
      startTimeoutMs: START_TIMEOUT_MS,
      show,
    });
    this.programs.push(program);
    this.stops.push(() => program.stop(graceMs));
    await program.start();
  }

  private async startHost(): Promise<void> {
    const { outer } = this.around;
    const checkout = outer?.checkout ?? this.around.checkout;
    const enter = outer ? ["nsenter", `--mount=${outer.mounts}`, `--wdns=${checkout}`, "--"] : [];
    const [first = "", ...rest] = [...enter, this.node, path.join(checkout, "dist/host.mjs")];
    const socketPath = path.join(this.folder.run, "host.sock");
    const isReady = () => isAnswering({ socketPath }, "POST", "/rpc/capabilities");
    const env = this.sharedEnv();
    for (const name of modelKeyNames) delete env[name]; // the web hands keys over one turn at a time
    await this.run("host", [first, ...rest], env, isReady, HOST_GRACE_MS);
  }

  private async startWeb(secrets: Secrets): Promise<void> {
    const { env, checkout, webUser } = this.around;
    const asUser = webUser
      ? ["setpriv", `--reuid=${webUser.uid}`, `--regid=${webUser.gid}`, "--clear-groups"]
      : [];
    const drop = webUser ? [...asUser, "--no-new-privs", "--pdeathsig", "KILL", "--"] : [];
    const [first = "", ...rest] = [...drop, this.node, path.join(checkout, "dist/server.mjs")];
    const webEnv = {
      ...this.sharedEnv(),
      HOME: this.folder.run,
      DATABASE_URL: this.appUrl,
      WORKROOM_SECRET_KEY: secrets.secretKey,
      NEXTAUTH_SECRET: secrets.authSecret,
      NEXTAUTH_URL: env.WORKROOM_URL.origin,
    };
    const address = env.BIND === "0.0.0.0" || env.BIND === "::" ? "127.0.0.1" : env.BIND;
    const isReady = () => isAnswering({ host: address, port: env.PORT }, "GET", "/api/health");
    await this.run("web", [first, ...rest], webEnv, isReady, WEB_GRACE_MS);
  }

  private get node(): string {
    return path.join(this.folder.runtime, "node");
  }

  /** Puts rooms to sleep, then ends web, host and database. Nothing is left running. */
  async stop(): Promise<void> {
    this.isStopping = true;
    writeFileSync(this.stopMarker, "", { mode: 0o644 });
    for (const stop of this.stops.toReversed()) await stop();
    this.stops = [];
    rmSync(this.stopMarker, { force: true });
    this.unlock();
  }

  /** Ends our own processes at once; the kernel ends the database with us. */
  kill(): void {
    for (const program of this.programs) program.kill();
  }
}
