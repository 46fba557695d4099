/** Prefix of everything the store keeps for a workroom. */
export const storePrefix = (roomId: string) => `workrooms/${roomId}/.workroom`;

/** Key of a segment: `epoch` and `index` tell snapshots apart, `sha256` names what is in it. */
export const segmentKey = (roomId: string, epoch: number, index: number, sha256: string) =>
  `${storePrefix(roomId)}/seg/${epoch}-${index}-${sha256}`;
