/** Prefix of everything the store keeps for a workroom. */
export const storePrefix = (roomId: string) => `workrooms/${roomId}/.workroom`;

/** Key of the whole body of an event that is too long for its chat's log: the engine's frame `epoch, n`. */
export const bodyKey = (roomId: string, chatId: string, epoch: number, n: number) =>
  `${storePrefix(roomId)}/body/${chatId}/${epoch}-${n}`;

/** Key of a segment: `epoch` and `index` tell snapshots apart, `sha256` names what is in it. */
export const segmentKey = (roomId: string, epoch: number, index: number, sha256: string) =>
  `${storePrefix(roomId)}/seg/${epoch}-${index}-${sha256}`;
