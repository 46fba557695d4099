import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import type { BusSignal } from "@/lib/ports/event-bus";
import type { JobHandlers } from "@/lib/ports/job-queue";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { postgresEventBus } from "./event-bus/postgres-event-bus";
import { graphileJobQueue, graphileJobRunner } from "./job-queue/graphile-job-queue";
import { postgresLocks } from "./locks/postgres-locks";
import { isPrivateAddress, pinnedFetch } from "./outbound-fetch/pinned-fetch";
import { aesSecretBox } from "./secret-box/aes-secret-box";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const endConnections = async (name: string) => {
  const owner = new Client(database.ownerUrl);
  await owner.connect();
  await owner.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()",
    [name],
  );
  await owner.end();
};

describe("locks", () => {
  test("one holder at a time, in this process and between processes", async () => {
    const [here, there] = [postgresLocks(database.appUrl), postgresLocks(database.appUrl)];
    const lock = await here.tryLock("a");
    expect(lock).not.toBeNull();
    expect(await here.tryLock("a")).toBeNull();
    expect(await there.tryLock("a")).toBeNull();
    expect(await there.tryLock("b")).not.toBeNull();
    await lock?.release();
    let inside = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise(setImmediate);
      inside -= 1;
    };
    const uses = [here, there, here, there].map((locks) => locks.withLock("a", 10_000, work));
    await Promise.all(uses);
    await here.close();
    await there.close();
  });

  test("a holder whose connection breaks is told, and the lock is free for others", async () => {
    const [here, there] = [postgresLocks(database.appUrl), postgresLocks(database.appUrl)];
    const lock = await here.tryLock("c");
    const lost = new Promise((resolve) => lock?.signal.addEventListener("abort", resolve));
    await endConnections("workroom locks");
    await lost;
    expect(await there.tryLock("c").catch(() => there.tryLock("c"))).not.toBeNull();
    await here.close();
    await there.close();
  });
});

describe("event bus", () => {
  test("a signal reaches every process once, and a broken connection is taken up again", async () => {
    const here = postgresEventBus(database.pool, database.appUrl);
    const there = postgresEventBus(database.pool, database.appUrl);
    const heard: string[] = [];
    here.subscribe((signal) => heard.push(`here ${signal.type}`));
    there.subscribe((signal) => heard.push(`there ${signal.type}`));
    const publish = () => here.publish({ type: "chat", orgId: "o", chatId: "c" });
    await expect
      .poll(() => (publish(), heard.includes("there chat")), { timeout: 10_000 })
      .toBe(true);
    await endConnections("workroom bus");
    heard.length = 0;
    await expect
      .poll(() => (publish(), heard.includes("there chat")), { timeout: 10_000 })
      .toBe(true);
    await here.close();
    await there.close();
  });

  test("each kind of signal reaches another process as it was", async () => {
    const here = postgresEventBus(database.pool, database.appUrl);
    const there = postgresEventBus(database.pool, database.appUrl);
    const heard: BusSignal[] = [];
    there.subscribe((signal) => heard.push(signal));
    const room = { orgId: "o", workroomId: "w" };
    const signals: BusSignal[] = [
      { type: "chat", orgId: "o", chatId: "c" },
      { type: "workroom", ...room },
      { type: "workroom", ...room, userId: "u" },
      { type: "presence", ...room },
    ];
    for (const signal of signals)
      await expect
        .poll(
          () => {
            here.publish(signal);
            return heard.some((one) => JSON.stringify(one) === JSON.stringify(signal));
          },
          { timeout: 10_000 },
        )
        .toBe(true);
    await here.close();
    await there.close();
  });
});

describe("jobs", () => {
  const handlers = (done: (name: string) => Promise<void> | void): JobHandlers => {
    const handle = async (job: { name: string }) => done(job.name);
    return {
      reconcile_workroom: handle,
      dispatch_turn: handle,
      finish_turn: handle,
      check_walls: handle,
      checkpoint_workroom: handle,
      move_storage: handle,
      clean_storage_move: handle,
      mail_invitation: handle,
      send_push: handle,
    };
  };
  const job = { name: "reconcile_workroom", orgId: "o", workroomId: "wr_1" } as const;
  const queue = graphileJobQueue();

  test("a job exists exactly when its transaction commits, and once however often it is asked for", async () => {
    await inSystem(database.db, async (tx) => {
      await queue.enqueue(tx, job);
      throw new Error("rolled back");
    }).catch(() => undefined);
    const locks = postgresLocks(database.appUrl);
    const ran: string[] = [];
    await inSystem(database.db, async (tx) => {
      await queue.enqueue(tx, { ...job, name: "check_walls" });
      await queue.enqueue(tx, { ...job, name: "check_walls" });
    });
    const runner = await graphileJobRunner(database.pool, locks, () => undefined).run(
      handlers((name) => void ran.push(name)),
    );
    await inSystem(database.db, (tx) =>
      queue.enqueue(tx, { name: "finish_turn", orgId: "o", turnId: "t" }),
    );
    await expect.poll(() => ran.length, { timeout: 10_000 }).toBe(2);
    expect(ran.toSorted()).toEqual(["check_walls", "finish_turn"]);
    await runner.stop();
    await locks.close();
  });

  test("a job that a killed process had taken is done by the next one", async () => {
    await inSystem(database.db, (tx) => queue.enqueue(tx, job));
    // What a process leaves behind that is killed in the middle of a job: rows marked as taken, and no lock.
    const owner = new Client(database.ownerUrl);
    await owner.connect();
    await owner.query(
      "update graphile_worker._private_jobs set locked_by = 'worker-dead', locked_at = now()",
    );
    await owner.query(
      "update graphile_worker._private_job_queues set locked_by = 'worker-dead', locked_at = now()",
    );
    await owner.end();
    const locks = postgresLocks(database.appUrl);
    const ran = Promise.withResolvers<string>();
    const runner = await graphileJobRunner(database.pool, locks, () => undefined).run(
      handlers(ran.resolve),
    );
    expect(await ran.promise).toBe("reconcile_workroom");
    await runner.stop();
    await locks.close();
  });
});

describe("secret box", () => {
  const key = randomBytes(32);

  test("opens what it has sealed, never twice the same text", () => {
    const box = aesSecretBox(key);
    const sealed = box.seal("sk-ünïcode", "mk_1");
    expect(sealed).not.toBe(box.seal("sk-ünïcode", "mk_1"));
    expect(box.open(sealed, "mk_1")).toBe("sk-ünïcode");
  });

  test("a box that was changed, moved to another row, or sealed by another key doesn't open", () => {
    const box = aesSecretBox(key);
    const sealed = box.seal("secret", "mk_1");
    const flipped = `${sealed.slice(0, -3)}${sealed.at(-3) === "A" ? "B" : "A"}${sealed.slice(-2)}`;
    expect(() => box.open(flipped, "mk_1")).toThrow("was changed");
    expect(() => box.open(sealed, "mk_2")).toThrow("was changed");
    expect(() => aesSecretBox(randomBytes(32)).open(sealed, "mk_1")).toThrow("another key");
    expect(aesSecretBox(randomBytes(32), [key]).open(sealed, "mk_1")).toBe("secret");
  });
});

describe("calls to servers that a person named", () => {
  const ask = (url: string, allowed: string[] = []) =>
    pinnedFetch(allowed)(new URL(url), { method: "GET", headers: {}, timeoutMs: 3_000 });

  test.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://localhost/",
    "http://10.1.2.3/",
    "http://172.31.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[fd00::1]/",
    "http://[fe80::1]/",
    "http://224.0.0.1/",
  ])("%s is refused before a byte is sent", async (url) => {
    await expect(ask(url)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test.each(["file:///etc/passwd", "ftp://example.com/", "http://user:secret@example.com/"])(
    "%s is no address that can be used",
    async (url) => {
      await expect(ask(url)).rejects.toMatchObject({ code: "invalid_input" });
    },
  );

  test("an allowed endpoint is called, its redirect is not followed, and its answer is bounded", async () => {
    let calls = 0;
    const server = createServer((request, response) => {
      calls += 1;
      if (request.url === "/moved") response.writeHead(302, { location: "/" }).end();
      else response.end("x".repeat(2_000_000));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const allowed = [`127.0.0.1:${port}`];
    expect((await ask(`http://127.0.0.1:${port}/moved`, allowed)).status).toBe(302);
    expect(calls).toBe(1);
    await expect(ask(`http://127.0.0.1:${port}/`, allowed)).rejects.toThrow("too large");
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect((await ask(`http://127.0.0.1:${port}/moved`, ["127.0.0.0/8"])).status).toBe(302);
    server.close();
  });

  test("public addresses are not taken for private ones", () => {
    expect(["1.1.1.1", "172.32.0.1", "2606:4700::1111"].map(isPrivateAddress)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
