import { and, eq, isNull } from "drizzle-orm";
import type { Readable } from "node:stream";
import { inSystem } from "@/lib/db/client";
import { appVersions, apps, workrooms } from "@/lib/db/schema";
import type { ByteRange } from "@/lib/ports/object-store";
import { normalizeWorkspacePath } from "@/lib/protocol/paths";
import type { FileEntry } from "@/lib/protocol/store";
import { readEntry } from "@/lib/workspace/read-entry";
import { openKeptManifest } from "../checkpoint/open-checkpoint";
import type { Ports } from "../context";
import { findServedFile } from "./served-files";

/** `file.path` is relative to the workspace root. `range` is inclusive at both ends. */
export type ResolvedFile = { file: FileEntry; open(range?: ByteRange): Promise<Readable> };

/** The file of an App's live version at a decoded URL path; the caller has decided who may read it. */
export async function resolveApp(
  ports: Pick<Ports, "db" | "store">,
  slug: string,
  path: string,
): Promise<ResolvedFile | null> {
  const version = await inSystem(ports.db, async (tx) => {
    const [row] = await tx
      .select({
        manifest: appVersions.manifest,
        sourcePath: appVersions.sourcePath,
        isFile: appVersions.isFile,
      })
      .from(apps)
      .innerJoin(appVersions, eq(appVersions.id, apps.liveVersionId))
      .innerJoin(workrooms, eq(workrooms.id, apps.workroomId))
      .where(and(eq(apps.slug, slug), isNull(workrooms.deletedAt)));
    return row;
  });
  const place = normalPath(path);
  if (!version || place === null) return null;
  const manifest = await openKeptManifest(ports, version.manifest);
  const file = findServedFile(manifest, version, place);
  return file && { file, open: async (range) => readEntry(ports.store, file, range) };
}

/** A leading `/workspace` of a URL is a folder of the App, not the workspace's root. */
function normalPath(path: string): string | null {
  try {
    return normalizeWorkspacePath(`./${path}`);
  } catch {
    return null;
  }
}
