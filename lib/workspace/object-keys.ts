/**
 * Prefix of a workspace in the object store. An employee's and a session's are named by what they belong to; every other
 * workspace has the id of its workroom.
 */
export const rootOf = ({ id, root }: { id: string; root: string | null }): string =>
  root ?? `workrooms/${id}`;

/** Prefix of everything below a workspace's root that is ours and no file of the workspace. */
export const storePrefix = (root: string) => `${root}/.workroom`;

/** Key of the whole body of an event that is too long for its chat's log: the engine's frame `epoch, n`. */
export const bodyKey = (root: string, chatId: string, epoch: number, n: number) =>
  `${storePrefix(root)}/body/${chatId}/${epoch}-${n}`;

/** Before the names of a workspace's segments, and of the notes of its last manifest. */
export const segmentPrefix = (root: string) => `${storePrefix(root)}/seg/`;
export const headPrefix = (root: string) => `${storePrefix(root)}/head/`;
export const manifestPrefix = (root: string) => `${storePrefix(root)}/mf/`;

/** Key of a segment: `epoch` and `index` tell snapshots apart, `sha256` names what is in it. */
export const segmentKey = (root: string, epoch: number, index: number, sha256: string) =>
  `${segmentPrefix(root)}${epoch}-${index}-${sha256}`;

/** Prefix of the parts of an upload that is on its way. */
export const uploadPrefix = (root: string, uploadId: string) =>
  `${storePrefix(root)}/upload/${uploadId}`;

const ROOT = /^(workrooms\/[^/]+|agents\/[^/]+|sessions\/[^/]+\/[^/]+\/[^/]+)\//;

/** The root of the workspace that a key belongs to; null for what belongs to the installation. */
export const rootOfKey = (key: string): string | null => ROOT.exec(key)?.[1] ?? null;
