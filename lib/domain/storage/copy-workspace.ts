import { createHash } from "node:crypto";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "@/lib/errors";
import type { ObjectStore, StoredObject } from "@/lib/ports/object-store";
import { storePrefix } from "@/lib/workspace/object-keys";

const PAGE = 1_000;
const AT_ONCE = 6;

type Tags = { from: string; to: string };
export type Verified = Map<string, Tags>;

type Copy = {
  from: ObjectStore;
  to: ObjectStore;
  root: string;
  /** What is known to be the same on both sides, by key with its tags there. Grows while it runs. */
  verified: Map<string, Tags>;
  /** New writes go to the new place already: what was written there since is not replaced by what is older. */
  isSwitched: boolean;
  signal: AbortSignal;
  /** Called after each object. @throws to stop */
  onObject: (object: StoredObject) => Promise<void>;
};

/** Every object of a workspace. */
export async function listWorkspace(store: ObjectStore, root: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for (;;) {
    const after = found.at(-1)?.key;
    const page = await store.listObjects(`${root}/`, { limit: PAGE, ...(after && { after }) });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

/**
 * Brings over what is not known to be the same on both sides, and reads each object back from its new place: it counts
 * when size and SHA-256 agree. Answers how many objects it looked at anew.
 *
 * @throws AppError `unavailable` when what is read back differs
 */
export async function copyWorkspace(copy: Copy): Promise<number> {
  const { from, root, verified, isSwitched, signal } = copy;
  const all = await listWorkspace(from, root);
  const there = new Map((await listWorkspace(copy.to, root)).map((object) => [object.key, object]));
  const waiting = all.filter(({ key, etag }) => {
    const [known, now] = [verified.get(key), there.get(key)];
    if (known?.from === etag) return false;
    return !isSwitched || !now || known?.to === now.etag;
  });
  let next = 0;
  const work = async () => {
    for (let object = waiting[next++]; object; object = waiting[next++]) {
      signal.throwIfAborted();
      await copyObject(copy, object, there.get(object.key));
      await copy.onObject(object);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return waiting.length;
}

/** `there`: what the new place has under this key; of the same size, an earlier try may have brought it. */
async function copyObject(copy: Copy, object: StoredObject, there?: StoredObject): Promise<void> {
  const { from, to, verified, signal } = copy;
  const { key, etag } = object;
  try {
    if (there?.size === object.size) {
      const [old, now] = [await digest(from, key, signal), await digest(to, key, signal)];
      if (old === now) return void verified.set(key, { from: etag, to: there.etag });
    }
    const sent = await send(copy, key);
    if ((await digest(to, key, signal)) !== sent.sha256)
      throw new AppError(
        "unavailable",
        "The new storage gives back other bytes than it was given.",
      );
    verified.set(key, { from: etag, to: sent.etag });
  } catch (error) {
    // Deleted since it was listed: then there is nothing to bring.
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    if ((await from.stat(key)) !== null) throw error;
  }
}

async function send({ from, to, root, signal }: Copy, key: string) {
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const isOurs = key.startsWith(`${storePrefix(root)}/`);
  const metadata = isOurs ? undefined : (await from.stat(key))?.metadata;
  const body = await from.get(key, { signal });
  const [{ etag }] = await Promise.all([
    to.put(key, hashing, { signal, ...(metadata && { metadata }) }),
    pipeline(body, hashing, { signal }),
  ]);
  return { etag, sha256: hash.digest("hex") };
}

async function digest(store: ObjectStore, key: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of await store.get(key, { signal })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
