import type { ManifestEntry } from "@/lib/protocol/store";
import { compareBytes } from "./dir-fd";
import type { Manifest } from "./manifest";

/** One path whose content, kind or executable bit differs. A missing side is `null`. */
export type ManifestChange = {
  path: string;
  kind: "added" | "modified" | "deleted";
  before: ManifestEntry | null;
  after: ManifestEntry | null;
};

/** What changed from `before` to `after`, in byte order. Times don't count; folders only when they come or go. */
export function diffManifests(before: Manifest, after: Manifest): ManifestChange[] {
  return [...pairs(before.entries, after.entries)].flatMap(([old, now]): ManifestChange[] => {
    if (!old) return now ? [{ path: now.path, kind: "added", before: null, after: now }] : [];
    if (!now) return [{ path: old.path, kind: "deleted", before: old, after: null }];
    if (isSameEntry(old, now)) return [];
    return [{ path: now.path, kind: "modified", before: old, after: now }];
  });
}

type Side = readonly ManifestEntry[];

/** Both sides side by side; both are in byte order. */
function* pairs(
  a: Side,
  b: Side,
): Generator<[ManifestEntry | undefined, ManifestEntry | undefined]> {
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [left, right] = [a[i], b[j]];
    const order = left && right ? compareBytes(left.path, right.path) : left ? -1 : 1;
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
    yield [order <= 0 ? left : undefined, order >= 0 ? right : undefined];
  }
}

/** True when a person would call both the same: same content and mode, whatever the times. */
export function isSameEntry(a: ManifestEntry, b: ManifestEntry): boolean {
  if (a.type === "file" && b.type === "file") return a.sha256 === b.sha256 && a.mode === b.mode;
  if (a.type === "symlink" && b.type === "symlink") return a.target === b.target;
  return a.type === b.type;
}
