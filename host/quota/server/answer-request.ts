import { Refusal } from "./errno";
import { fallocate, getattr, read, readlink, setattr, statfs, write } from "./file-content";
import { HEADER_BYTES, Op, readU64, writeInitReply } from "./fuse-wire";
import { listFolder } from "./list-folder";
import { link, lookup, mkdir, mknod, symlink } from "./make-entries";
import { type FuseRequest, type OutputFs, forget } from "./output-fs";
import { rename, rmdir, unlink } from "./remove-entries";

type Answer = (fs: OutputFs, request: FuseRequest) => number;

const answers: Partial<Record<number, Answer>> = {
  [Op.lookup]: lookup,
  [Op.getattr]: getattr,
  [Op.setattr]: setattr,
  [Op.readlink]: readlink,
  [Op.symlink]: symlink,
  [Op.mknod]: mknod,
  [Op.mkdir]: mkdir,
  [Op.unlink]: unlink,
  [Op.rmdir]: rmdir,
  [Op.rename]: rename,
  [Op.rename2]: rename,
  [Op.link]: link,
  [Op.read]: read,
  [Op.write]: write,
  [Op.statfs]: statfs,
  [Op.readdir]: listFolder,
  [Op.readdirplus]: listFolder,
  [Op.fallocate]: fallocate,
  [Op.init]: (fs, { bytes }) => writeInitReply(fs.out, bytes),
};

/** What the kernel is told once and never asks again: opening and flushing need no answer, attributes have no store. */
const notMade = new Refusal("ENOSYS");

/** Carries out a request. @returns bytes of the reply behind its header @throws with the `errno` of the reply */
export function answerRequest(fs: OutputFs, request: FuseRequest): number {
  const answer = answers[request.op];
  if (!answer) throw notMade;
  return answer(fs, request);
}

/** Requests that have no reply. @returns whether it was one */
export function takeSilently(fs: OutputFs, { op, nodeId, bytes }: FuseRequest): boolean {
  if (op === Op.forget) forget(fs, nodeId, readU64(bytes, HEADER_BYTES));
  else if (op === Op.batchForget) forgetAll(fs, bytes);
  else return op === Op.interrupt || op === Op.destroy;
  return true;
}

function forgetAll(fs: OutputFs, bytes: Buffer): void {
  const count = bytes.readUInt32LE(HEADER_BYTES);
  for (let i = 0, at = HEADER_BYTES + 8; i < count; i += 1, at += 16)
    forget(fs, readU64(bytes, at), readU64(bytes, at + 8));
}
