import type { WebSocket } from "ws";
import { z } from "zod";
import { openTicket } from "@/lib/auth/open-ticket";
import type { Context, Ports } from "@/lib/domain/context";
import { loadWorkroom } from "@/lib/domain/workroom/load-workroom";
import { noteTerminalUse } from "@/lib/domain/workroom/note-terminal-use";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { Log } from "@/lib/log";
import type { TerminalStream } from "@/lib/ports/engine-client";
import { TerminalControl } from "@/lib/protocol/engine";
import { TerminalId, WorkroomId } from "@/lib/protocol/ids";
import { SocketHello } from "@/lib/protocol/live";
import { toAppError } from "../send-failure";
import { closeWith, Inbox, parseJson } from "./hello";
import type { SessionWatch } from "./session-watch";

const TerminalQuery = z.object({
  workroomId: WorkroomId,
  terminalId: TerminalId,
  cols: z.coerce.number().int().min(2).max(500).default(80),
  rows: z.coerce.number().int().min(2).max(300).default(24),
});
const MAX_BUFFERED_BYTES = 1_048_576;

/** Serves `/ws/terminal`, see lib/protocol/live.ts: bytes of the room's terminal both ways. */
export async function serveTerminalSocket(
  socket: WebSocket,
  url: URL,
  ports: Ports,
  watch: SessionWatch,
  log: Log,
): Promise<void> {
  socket.on("error", () => socket.terminate());
  const inbox = new Inbox(socket);
  try {
    const query = TerminalQuery.safeParse(Object.fromEntries(url.searchParams));
    if (!query.success) throw new AppError("invalid_input", "This is no terminal's address.");
    const { workroomId, terminalId, cols, rows } = query.data;
    const hello = SocketHello.safeParse(parseJson(await inbox.first()));
    if (!hello.success)
      throw new AppError("unauthenticated", "The first message must be a ticket.");
    const { signedIn, objectId } = await openTicket(ports, hello.data.ticket, "terminal");
    if (objectId !== workroomId)
      throw new AppError("unauthenticated", "This ticket is for another terminal.");
    const ctx: Context = { ...ports, ...signedIn, requestId: newId("request") };
    const room = await loadWorkroom(ctx, "workroom.run", workroomId);
    if (room.state !== "active")
      throw new AppError("unavailable", "The workroom is asleep. Wake it to use the terminal.");
    const terminal = await ports.engine.terminal(workroomId, terminalId, { cols, rows });
    const endWatch = watch.add({
      actor: signedIn.actor,
      orgId: signedIn.orgId,
      right: { action: "workroom.run", workroomId },
      close: (why) => closeWith(socket, why),
    });
    socket.on("close", endWatch);
    const onInput = () =>
      void noteTerminalUse(ctx, workroomId).catch((error: unknown) =>
        log.warn({ err: error }, "terminal use was not noted"),
      );
    spliceTerminal(socket, inbox, terminal, onInput);
  } catch (error) {
    closeWith(socket, toAppError(error, log));
  }
}

function spliceTerminal(
  socket: WebSocket,
  inbox: Inbox,
  terminal: TerminalStream,
  onInput: () => void,
): void {
  const { bytes } = terminal;
  bytes.on("data", (chunk: Buffer) => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(chunk, { binary: true }, () => {
      if (socket.bufferedAmount < MAX_BUFFERED_BYTES) bytes.resume();
    });
    if (socket.bufferedAmount >= MAX_BUFFERED_BYTES) bytes.pause();
  });
  bytes.on("drain", () => socket.resume());
  bytes.on("close", () => socket.close(1_000));
  bytes.on("error", () => socket.close(4_503, "The connection to the workroom broke."));
  terminal.onExit((exitCode) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type: "exit", exitCode }));
  });
  inbox.listen(({ bytes: chunk, isBinary }) => {
    if (isBinary) {
      onInput();
      if (!bytes.write(chunk)) socket.pause();
      return;
    }
    const control = TerminalControl.safeParse(parseJson(chunk.toString("utf8")));
    if (control.success && control.data.type === "resize")
      terminal.resize(control.data.cols, control.data.rows);
  });
  socket.on("close", () => terminal.close());
  // The browser may have gone while the terminal was being opened.
  if (socket.readyState !== socket.OPEN) terminal.close();
}
