import { z } from "zod";
import { isObjectKey } from "@/lib/workspace/object-key";

/** Of the file's layout; a reader refuses a higher one. */
export const BACKUP_FORMAT = 1;
export const INDEX_ENTRY = "index.json";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Size = z.number().int().nonnegative();
const Name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);
const Key = z.string().refine(isObjectKey, "This is not the key of an object.");

/** The last entry of a backup: all it holds, and what each part must be. Parts that it doesn't name are refused. */
export const BackupIndex = z.strictObject({
  format: z.number().int().positive(),
  product: z.string(),
  createdAt: z.iso.datetime(),
  /** The migrations the tables have seen, as the times in drizzle's journal. */
  migrations: z.array(z.number().int()),
  secrets: z.array(
    z.strictObject({ name: z.string().regex(/^[a-z-]{1,40}$/), sha256: Sha256, bytes: Size }),
  ),
  tables: z.array(
    z.strictObject({ name: Name, columns: z.array(Name), rows: Size, sha256: Sha256, bytes: Size }),
  ),
  objects: z.array(z.strictObject({ key: Key, sha256: Sha256, bytes: Size })),
});
export type BackupIndex = z.infer<typeof BackupIndex>;

export const secretEntry = (name: string) => `secrets/${name}`;
export const tableEntry = (name: string) => `tables/${name}.copy`;
/** Names in a zip file can't hold all that a key can: a backslash would become a slash. */
export const objectEntry = (key: string) =>
  `store/${key.split("/").map(encodeURIComponent).join("/")}`;

/** Every entry but the index, with what it must be. */
export const listEntries = (index: BackupIndex) => [
  ...index.secrets.map(({ name, ...part }) => ({ entry: secretEntry(name), ...part })),
  ...index.tables.map(({ name, sha256, bytes }) => ({ entry: tableEntry(name), sha256, bytes })),
  ...index.objects.map(({ key, ...part }) => ({ entry: objectEntry(key), ...part })),
];
