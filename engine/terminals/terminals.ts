import type { WebSocket } from "ws";
import type { ControlContext } from "../control/control-context";
import { Terminal } from "./terminal";

const MAX_TERMINALS = 20;
const terminals = new Map<string, Terminal>();

/** Attaches a socket to a terminal of the room, which is made when there is none of this id. */
export function attachTerminal(
  { side, settings }: Pick<ControlContext, "side" | "settings">,
  socket: WebSocket,
  id: string,
  size: { cols: number; rows: number },
): void {
  let terminal = terminals.get(id);
  if (!terminal) {
    if (terminals.size >= MAX_TERMINALS) {
      socket.close(1013, "too many terminals");
      return;
    }
    terminal = new Terminal(side, settings.workspaceDir, size);
    terminals.set(id, terminal);
    terminal.onExit(() => terminals.delete(id));
  } else {
    terminal.resize(size.cols, size.rows);
  }
  terminal.attach(socket);
}
