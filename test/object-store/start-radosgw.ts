import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const START_MS = 90_000;
const RETRY_MS = 100;
const ENV = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin`, LC_ALL: "C" };

export type S3Server = {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** For `radosgw-admin`: users and their limits. */
  admin(...args: string[]): Promise<string>;
};

/** A real S3 server of its own: Ceph with one monitor, one store in memory and the gateway, on ports of loopback. */
export async function startRadosgw(): Promise<S3Server & { stop(): Promise<void> }> {
  const dir = mkdtempSync(path.join(tmpdir(), "wr-s3-"));
  const children: ChildProcess[] = [];
  const stop = async () => {
    for (const child of children.toReversed()) await end(child);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    return { ...(await start(dir, children)), stop };
  } catch (error) {
    const logs = ["mon", "osd", "rgw"].map((name) => tail(path.join(dir, `${name}.out`)));
    await stop();
    throw new Error(`radosgw did not start: ${String(error)}\n${logs.join("\n")}`, {
      cause: error,
    });
  }
}

async function start(dir: string, children: ChildProcess[]): Promise<S3Server> {
  const fsid = randomUUID();
  const [v2 = 0, v1 = 0, web = 0] = await freePorts(3);
  const monitor = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
  const conf = path.join(dir, "ceph.conf");
  writeFileSync(conf, configuration(dir, fsid, { v2, v1, web }));
  for (const name of ["mon", "osd", "rgw"]) mkdirSync(path.join(dir, name));
  const call = async (command: string, ...args: string[]) =>
    (await run(command, ["-c", conf, ...args], { env: ENV, timeout: START_MS, cwd: dir })).stdout;
  const daemon = (name: string, command: string, ...args: string[]) => {
    const log = openSync(path.join(dir, `${name}.out`), "w");
    const options = {
      env: ENV,
      cwd: dir,
      stdio: ["ignore", log, log] as ["ignore", number, number],
    };
    children.push(spawn(command, ["-c", conf, ...args, "-f"], options));
    closeSync(log);
  };

  const map = path.join(dir, "monmap");
  const addressed = ["--create", "--fsid", fsid, "--addv", "a", monitor, map];
  await run("monmaptool", addressed, { env: ENV, timeout: START_MS });
  await call("ceph-mon", "--mkfs", "-i", "a", "--monmap", map);
  daemon("mon", "ceph-mon", "-i", "a");
  const osd = randomUUID();
  await untilItWorks(() => call("ceph", "--connect-timeout", "5", "osd", "new", osd, "0"));
  await call("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd);
  daemon("osd", "ceph-osd", "-i", "0");
  daemon("rgw", "radosgw", "-n", "client.rgw.a");
  const endpoint = `http://127.0.0.1:${web}`;
  await untilItWorks(() => fetch(endpoint, { signal: AbortSignal.timeout(2_000) }));
  const admin = (...args: string[]) => call("radosgw-admin", ...args);
  const [accessKeyId, secretAccessKey] = ["TESTKEY", "test-secret/with+signs="];
  const user = ["--uid=test", "--display-name=test", `--access-key=${accessKeyId}`];
  await admin("user", "create", ...user, `--secret-key=${secretAccessKey}`, "--max-buckets=0");
  return { endpoint, region: "us-east-1", accessKeyId, secretAccessKey, admin };
}

type Ports = { v2: number; v1: number; web: number };

/** No authentication between its parts, one copy of everything, all on loopback: for tests only. */
const configuration = (dir: string, fsid: string, { v2, v1, web }: Ports) => `[global]
fsid = ${fsid}
mon_host = v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
ms_bind_ipv6 = false
ms_bind_port_min = 20000
ms_bind_port_max = 32000
run_dir = ${dir}
admin_socket = ${dir}/$name.asok
log_file = ${dir}/$name.log
pid_file = ${dir}/$name.pid
osd_objectstore = memstore
memstore_device_bytes = 3221225472
mon_data = ${dir}/mon
osd_data = ${dir}/osd
crash_dir = ${dir}/crash
[client.rgw.a]
ms_mon_client_mode = crc secure
rgw_frontends = beast endpoint=127.0.0.1:${web}
rgw_data = ${dir}/rgw
rgw_thread_pool_size = 64
rgw_enable_usage_log = false
`;

/** Free now; taken by the gateway a moment later. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

async function untilItWorks(attempt: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(RETRY_MS);
    }
  }
}

/** Nothing of it outlives the tests, so there is nothing to put in order. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

function tail(file: string): string {
  try {
    return readFileSync(file, "utf8").slice(-2_000);
  } catch {
    return "";
  }
}
