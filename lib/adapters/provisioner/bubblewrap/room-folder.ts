import { join } from "node:path";
import { AppError } from "@/lib/errors";

/** Where the things of one room lie on this host, below `<data>/rooms/<roomId>`. */
export type RoomFolder = {
  root: string;
  /** What this host knows of the room (room-record.ts). */
  record: string;
  image: string;
  /** Mount point of the image, or the plain folder where the host can't mount one. */
  disk: string;
  workspace: string;
  /** The workspace as a room with a quota sees it: its `output/` is a mount that counts. */
  view: string;
  input: string;
  output: string;
  home: string;
  /** The engine's own state, on the room's disk and out of the agent's reach. */
  engineState: string;
  engineLog: string;
  /** `/run/engine` of the room: sockets and configuration. Root's, sticky, so the engine can't swap what the host puts there. */
  run: string;
  engineSocket: string;
  modelSocket: string;
};

const roomIdForm = /^wr_[0-9a-z]{20}$/;

/** @throws AppError `invalid_input` when the id can't be a folder's name */
export function roomFolder(dataDir: string, roomId: string): RoomFolder {
  if (!roomIdForm.test(roomId)) throw new AppError("invalid_input", "This is no workroom id.");
  const root = join(dataDir, "rooms", roomId);
  const disk = join(root, "disk");
  const run = join(root, "run");
  return {
    root,
    record: join(root, "room.json"),
    image: join(root, "disk.img"),
    disk,
    workspace: join(disk, "workspace"),
    view: join(root, "view"),
    input: join(disk, "workspace", "input"),
    output: join(disk, "workspace", "output"),
    home: join(disk, "home"),
    engineState: join(disk, "engine"),
    engineLog: join(disk, "engine", "engine.log"),
    run,
    engineSocket: join(run, "engine.sock"),
    modelSocket: join(run, "model.sock"),
  };
}

export const isRoomId = (name: string) => roomIdForm.test(name);
