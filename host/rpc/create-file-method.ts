import { AppError } from "@/lib/errors";
import { fileOps } from "@/lib/protocol/file-ops";
import type { RoomFiles } from "../files/room-files";
import type { HostMethods } from "./host-methods";

/** The method for operations on files: their input is parsed by the schema of the one that is asked for. */
export const createFileMethod =
  (files: Pick<RoomFiles, "run">): HostMethods["fileOp"] =>
  ({ roomId, op, input, isUpload }) => {
    const asked = fileOps[op].input.safeParse(input);
    if (!asked.success)
      throw new AppError("invalid_input", "This call has a wrong input.", { cause: asked.error });
    return files.run(op, roomId, asked.data, { isUpload });
  };
