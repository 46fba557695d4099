import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  type PathLike,
  type Stats,
  symlinkSync,
} from "node:fs";
import { Refusal } from "./errno";
import { readName, readU64 } from "./fuse-wire";
import {
  BODY,
  type FuseRequest,
  type OutputFs,
  isHidden,
  refuseFault,
  refuseHidden,
  replyEntry,
} from "./output-fs";
import { type TreeNode, pathAt } from "./tree-nodes";

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, S_IFMT, S_IFREG } = constants;

/** Makes one entry after the quota was asked; a request that was carried out before its server died is answered as done. */
function make(
  fs: OutputFs,
  request: FuseRequest,
  name: string,
  run: (path: PathLike, parent: TreeNode) => Stats,
): number {
  const parent = fs.nodes.get(request.nodeId);
  refuseHidden(name);
  const path = pathAt(fs.nodes.fdOf(parent), name);
  const earlier = request.isResent ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
  if (earlier) return replyEntry(fs, earlier, parent, name);
  refuseFault(fs.book.faultOfEntry());
  const stats = run(path, parent);
  fs.book.files += 1;
  return replyEntry(fs, stats, parent, name);
}

/** As in every file system, what is made in a setgid folder has the folder's group: -1 leaves what the disk gave it. */
const groupIn = (parent: TreeNode, gid: number) => (parent.isSetgid ? -1 >>> 0 : gid);

export function mknod(fs: OutputFs, request: FuseRequest): number {
  const { bytes, uid, gid } = request;
  const mode = bytes.readUInt32LE(BODY);
  const { name } = readName(bytes, BODY + 16, request.end);
  // Node has no call that makes pipes and sockets.
  if ((mode & S_IFMT) !== S_IFREG) throw new Refusal("EPERM");
  let fd = -1;
  const length = make(fs, request, name, (path, parent) => {
    fd = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 0o7777);
    fchownSync(fd, uid, groupIn(parent, gid));
    return fstatSync(fd);
  });
  // The first write is next.
  if (fd >= 0) keepOpen(fs, fd);
  return length;
}

function keepOpen(fs: OutputFs, fd: number): void {
  const node = fs.nodes.find(fstatSync(fd).ino);
  if (node && node.fd < 0) fs.nodes.keep(node, fd);
  else closeSync(fd);
}

export function mkdir(fs: OutputFs, request: FuseRequest): number {
  const { bytes, uid, gid } = request;
  const mode = bytes.readUInt32LE(BODY) & 0o7777;
  const { name } = readName(bytes, BODY + 8, request.end);
  return make(fs, request, name, (path, parent) => {
    mkdirSync(path, mode);
    lchownSync(path, uid, groupIn(parent, gid));
    return lstatSync(path);
  });
}

export function symlink(fs: OutputFs, request: FuseRequest): number {
  const { bytes, uid, gid, end } = request;
  const { name, next } = readName(bytes, BODY, end);
  const target = Buffer.from(readName(bytes, next, end).name, "latin1");
  return make(fs, request, name, (path, parent) => {
    symlinkSync(target, path);
    lchownSync(path, uid, groupIn(parent, gid));
    return lstatSync(path);
  });
}

export function link(fs: OutputFs, request: FuseRequest): number {
  const { bytes, end } = request;
  const node = fs.nodes.get(readU64(bytes, BODY));
  const { name } = readName(bytes, BODY + 8, end);
  return make(fs, request, name, (path) => {
    linkSync(fs.nodes.pathOf(node), path);
    return lstatSync(path);
  });
}

export function lookup(fs: OutputFs, request: FuseRequest): number {
  const parent = fs.nodes.get(request.nodeId);
  const { name } = readName(request.bytes, BODY, request.end);
  const path = pathAt(fs.nodes.fdOf(parent), name);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || isHidden(name)) throw noEntry;
  return replyEntry(fs, stats, parent, name);
}

/** Names are looked up before they are made: the commonest refusal costs no stack trace. */
const noEntry = new Refusal("ENOENT");
