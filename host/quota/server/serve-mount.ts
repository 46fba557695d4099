import { closeSync, fsync, openSync, write } from "node:fs";
import type { OutputQuota } from "@/lib/protocol/workspace";
import { countTree } from "../count-tree";
import { measureTarget } from "../measure-target";
import { OutputAccount } from "../output-account";
import { answerRequest, takeSilently } from "./answer-request";
import { errnoOfFailure, isCode } from "./errno";
import { watchDevice, writeReply } from "./fuse-device";
import { Op, REPLY_HEADER_BYTES, entryNotice, inodeNotice } from "./fuse-wire";
import { type FuseRequest, type OutputFs, parseRequest } from "./output-fs";
import { takeOver } from "./take-over";
import { TreeNodes } from "./tree-nodes";

/** How often, and how long apart, a refusal waits for the kernel to let go of files that were just removed. */
const PATIENCE = 4;
const PATIENCE_MS = 5;

type Options = {
  fd: number;
  /** The real folder. */
  rootPath: string;
  limits: OutputQuota | null;
  /** Goes on with the mount of a server that died. */
  isTakeover: boolean;
  /** Shared by all mounts of the process: a request is read, carried out and answered in one go. */
  buffer: Buffer;
  out: Buffer;
  onEnd: () => void;
};

/** Answers the kernel for one mount, until it goes. */
export class ServedMount {
  readonly account: OutputAccount;
  private readonly fs: OutputFs;
  private readonly nodes: TreeNodes;
  private readonly stopWatching: () => void;
  private isEnded = false;

  constructor(private readonly options: Options) {
    const { fd, rootPath, buffer, isTakeover } = options;
    this.nodes = new TreeNodes(rootPath);
    let isFirst = isTakeover;
    this.account = new OutputAccount(
      rootPath,
      options.limits,
      (book) => {
        const inherits = isFirst;
        isFirst = false;
        this.recount(book, inherits);
      },
      true,
    );
    this.fs = { nodes: this.nodes, book: this.account.book, out: options.out, goneFiles: 0 };
    this.stopWatching = watchDevice(fd, {
      buffer,
      onRequest: () => this.take(parseRequest(buffer)),
      onEnd: () => this.end(),
    });
    if (isTakeover) this.onFirst = takeOver(fd);
  }

  private recount(book: OutputAccount["book"], inherits: boolean): void {
    const usage = countTree(this.options.rootPath, (found) => {
      if (inherits) this.nodes.inherit(found);
      const node = this.nodes.find(found.stats.ino);
      if (node?.kind === "file") node.size = found.stats.size;
    });
    book.files = usage.files;
    book.bytes = usage.bytes + this.nodes.goneBytes();
  }

  /** Called once with the first request after a take-over. */
  private onFirst: ((request: FuseRequest) => void) | null = null;

  private take(request: FuseRequest): void {
    this.onFirst?.(request);
    this.onFirst = null;
    if (takeSilently(this.fs, request)) return;
    if (request.op === Op.fsync || request.op === Op.fsyncdir) this.sync(request);
    else this.answer(request, 0);
  }

  private answer(request: FuseRequest, tries: number): void {
    let failure = 0;
    let length = 0;
    try {
      length = answerRequest(this.fs, request);
    } catch (error) {
      if (this.isWorthWaiting(error, tries)) return this.tryAgain(request, tries);
      failure = errnoOfFailure(error);
    }
    this.reply(request.bytes, failure, length);
    this.nodes.trim();
  }

  /** Removed files count until the kernel has let go of them, which it says a moment after the removal. */
  private isWorthWaiting(error: unknown, tries: number): boolean {
    if (!isCode(error, "EDQUOT") || tries >= PATIENCE) return false;
    return this.account.refresh() || this.fs.goneFiles > 0;
  }

  private tryAgain(request: FuseRequest, tries: number): void {
    const bytes = Buffer.from(request.bytes.subarray(0, request.end));
    setTimeout(() => {
      if (!this.isEnded) this.answer({ ...request, bytes }, tries + 1);
    }, PATIENCE_MS);
  }

  private reply(request: Buffer, failure: number, length: number, out = this.options.out): void {
    out.writeUInt32LE(REPLY_HEADER_BYTES + length, 0);
    out.writeInt32LE(failure, 4);
    request.copy(out, 8, 8, 16);
    writeReply(this.options.fd, out, REPLY_HEADER_BYTES + length);
  }

  /** Others are served while the disk works. */
  private sync(request: FuseRequest): void {
    const header = Buffer.from(request.bytes.subarray(0, REPLY_HEADER_BYTES));
    const done = (failure: number) => {
      if (!this.isEnded) this.reply(header, failure, 0, Buffer.alloc(REPLY_HEADER_BYTES));
    };
    try {
      const fd = openSync(`/proc/self/fd/${this.nodes.fdOf(this.nodes.get(request.nodeId))}`, "r");
      fsync(fd, (error) => {
        closeSync(fd);
        done(error ? errnoOfFailure(error) : 0);
      });
    } catch (error) {
      done(errnoOfFailure(error));
    }
  }

  /** The host's file server has changed what lies at a path: the kernel must not trust what it remembers. */
  forgetPath(names: readonly string[]): void {
    const { folderIno, ino } = measureTarget(this.options.rootPath, names);
    const folder = folderIno === null ? undefined : this.nodes.find(folderIno);
    const node = ino === null ? undefined : this.nodes.find(ino);
    const name = Buffer.from(names.at(-1) ?? "", "utf8");
    // In a thread of its own: the kernel answers once the folder's lock is free, which may need this very server.
    const send = (notice: Buffer) => write(this.options.fd, notice, () => undefined);
    if (node) send(inodeNotice(node.id));
    if (folder && name.length > 0) send(entryNotice(folder.id, name));
  }

  /** Closes what is open; what the kernel still asks fails. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.account.close();
    this.stopWatching();
    this.nodes.closeAll();
    this.options.onEnd();
  }
}
