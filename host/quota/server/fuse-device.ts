import { writeSync } from "node:fs";
import { Socket } from "node:net";

/** What Node keeps below a socket on a pipe, as far as it is needed here. */
type PipeHandle = { open(fd: number): number };
type WithHandle = { _handle: { constructor: new (kind: number) => PipeHandle } | null };

let makeHandle: (() => PipeHandle) | null = null;

/**
 * Node has no public call that waits for any descriptor to become readable; the handle below its pipes does just that.
 * Standard input of this process is a pipe, so the class of such a handle is taken from there.
 */
function openHandle(fd: number): PipeHandle {
  if (makeHandle === null) {
    const PipeClass = (new Socket({ fd: 0 }) as unknown as WithHandle)._handle?.constructor;
    if (!PipeClass) throw new Error("Standard input is no pipe");
    makeHandle = () => new PipeClass(0);
  }
  const handle = makeHandle();
  const failed = handle.open(fd);
  if (failed !== 0) throw new Error(`The FUSE device can't be watched (${failed})`);
  return handle;
}

type Watch = {
  /** Where each request is read to; one for all devices, a request is done with before the next is read. */
  buffer: Buffer;
  onRequest: () => void;
  /** The mount has gone. */
  onEnd: () => void;
};

/** Reads the requests of a mount as they come. @returns how to stop, which closes the descriptor */
export function watchDevice(fd: number, { buffer, onRequest, onEnd }: Watch): () => void {
  const callback = () => {
    onRequest();
    return true;
  };
  const options = { handle: openHandle(fd), onread: { buffer, callback } };
  const socket = new Socket(options as ConstructorParameters<typeof Socket>[0]);
  socket.on("error", () => socket.destroy());
  socket.once("close", onEnd);
  return () => void socket.destroy();
}

/** A reply that nobody waits for any more is of no use to anybody. */
export function writeReply(fd: number, reply: Buffer, length: number): void {
  try {
    writeSync(fd, reply, 0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENODEV") throw error;
  }
}
