import type { Context } from "@/lib/domain/context";
import { AppError } from "@/lib/errors";
import { inUnits } from "./in-units";

/** @throws AppError `too_large` with the limit in words · `disk_full` */
export async function requireRoomFor(
  { host, settings }: Pick<Context, "host" | "settings">,
  size: number,
): Promise<void> {
  const limit = settings.maxUploadBytes;
  if (size > limit)
    throw new AppError(
      "too_large",
      `This file has ${inUnits(size)}. Uploads may have at most ${inUnits(limit)}.`,
    );
  const disk = await host.call("disk", {});
  if (disk.isStopped || size > disk.freeBytes)
    throw new AppError("disk_full", "The disk has no room for this file.");
}
