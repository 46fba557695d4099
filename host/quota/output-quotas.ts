import { randomUUID } from "node:crypto";
import type { Provisioner, WorkspaceAttach } from "@/lib/ports/provisioner";
import type { OutputQuota } from "@/lib/protocol/workspace";
import { fileError } from "@/lib/workspace/file-error";
import { countTree } from "./count-tree";
import type { Answer, Ask } from "./messages";
import { OutputAccount } from "./output-account";
import type { QuotaKeeper } from "./quota-keeper";
import type { QuotaFault, Usage } from "./usage-book";

const FOLDER = "output/";

/** Holds room in the quota for what is about to be written. */
export type Reservation = {
  /** That many bytes more than were reserved. @throws like `reserve` */
  extend(moreBytes: number): Promise<void>;
  /** The write is done, or has failed: what is there counts. Call it always. */
  settle(): Promise<void>;
};
type More = {
  files?: number;
  largestBytes?: number;
  /** `bytes` come on top of what is there. */
  isAdded?: boolean;
};

type Parts = {
  provisioner: Pick<Provisioner, "quota"> & Pick<WorkspaceAttach, "attach" | "hasDisk">;
  keeper: Pick<QuotaKeeper, "ask"> | null;
};

/**
 * Quotas as the host's file server sees them. A room that runs behind a mount is counted by its quota server, together
 * with its programs; one that sleeps, or whose host has no FUSE, by an account here.
 */
export type OutputQuotas = {
  /**
   * Call before the first byte. `path` in normal form; `bytes`: of the file when it is done, or of all files of a tree
   * (`files`: how many entries besides the one at the path, `largestBytes`: the largest).
   *
   * @throws AppError `too_large` with `details.errno` EFBIG, `disk_full` with EDQUOT
   */
  reserve(roomId: string, path: string, bytes: number, more?: More): Promise<Reservation>;
  /** Paths that were changed without a reservation: removed, moved away, given other rights. */
  changed(roomId: string, paths: readonly string[]): Promise<void>;
  /** Whether the room has a quota. */
  counts(roomId: string): Promise<boolean>;
  /** `null`: the room has no quota, or no disk here. */
  usage(roomId: string): Promise<Usage | null>;
};

const free: Reservation = { extend: async () => undefined, settle: async () => undefined };

export function createOutputQuotas({ provisioner, keeper }: Parts): OutputQuotas {
  const asleep = new Map<string, OutputAccount>();

  /** `null`: the room has no quota. */
  async function ask(roomId: string, question: Ask): Promise<Answer | null> {
    const { limits, isMounted } = await provisioner.quota(roomId);
    if (isMounted || limits === null) dropAccount(roomId);
    if (isMounted) {
      const answer = (await keeper?.ask(roomId, question)) ?? null;
      if (answer) return answer;
    }
    if (limits === null) return null;
    return askAccount(await accountOf(roomId, limits), question);
  }

  function dropAccount(roomId: string): void {
    asleep.get(roomId)?.close();
    asleep.delete(roomId);
  }

  async function accountOf(roomId: string, limits: OutputQuota): Promise<OutputAccount> {
    const { root } = await provisioner.attach(roomId);
    const known = asleep.get(roomId);
    if (known) known.book.limits = limits;
    // The room's programs may have written since, where no mount counts them; a restore may have too.
    known?.touch();
    const account =
      known ?? new OutputAccount(`${root}/output`, limits, countInto(`${root}/output`));
    asleep.set(roomId, account);
    return account;
  }

  return {
    async reserve(roomId, path, bytes, more = {}) {
      const names = namesBelow(path);
      if (names === null) return free;
      const id = randomUUID();
      const largestBytes = more.largestBytes ?? bytes;
      const claim = {
        id,
        names,
        bytes,
        isAdded: more.isAdded ?? false,
        moreFiles: more.files ?? 0,
        largestBytes,
      };
      const answer = await ask(roomId, { kind: "reserve", claim });
      if (answer === null) return free;
      refuse(answer.fault);
      let size = bytes;
      return {
        async extend(moreBytes) {
          const grown = size + moreBytes;
          const asked = await ask(roomId, { kind: "extend", id, moreBytes, largestBytes: grown });
          refuse(asked?.fault ?? null);
          size = grown;
        },
        async settle() {
          await ask(roomId, { kind: "settle", id, names });
        },
      };
    },
    async changed(roomId, paths) {
      const below = paths.map(namesBelow).filter((names) => names !== null);
      if (below.length > 0) await ask(roomId, { kind: "changed", paths: below });
    },
    counts: async (roomId) => (await provisioner.quota(roomId)).limits !== null,
    async usage(roomId) {
      // Looking makes no disk.
      if (!(await provisioner.hasDisk(roomId))) return null;
      return (await ask(roomId, { kind: "usage" }))?.usage ?? null;
    },
  };
}

function namesBelow(path: string): string[] | null {
  return path.startsWith(FOLDER) ? path.slice(FOLDER.length).split("/").filter(Boolean) : null;
}

const countInto = (rootPath: string) => (book: OutputAccount["book"]) =>
  void Object.assign(book, countTree(rootPath));

function askAccount(account: OutputAccount, ask: Ask): Answer {
  switch (ask.kind) {
    case "usage":
      return { usage: account.usage(), fault: null };
    case "reserve":
      return { usage: null, fault: account.reserve(ask.claim) };
    case "extend":
      return { usage: null, fault: account.extend(ask.id, ask.moreBytes, ask.largestBytes) };
    case "settle":
      account.settle(ask.id);
      return { usage: null, fault: null };
    case "changed":
      account.touch();
      return { usage: null, fault: null };
  }
}

function refuse(fault: QuotaFault | null): void {
  if (fault === "EFBIG")
    throw fileError(fault, {
      message: "Files in output/ may not be that large here.",
      hint: "Write to another folder of the workspace, or ask for a higher limit.",
    });
  if (fault === "EDQUOT") throw fileError(fault);
}
