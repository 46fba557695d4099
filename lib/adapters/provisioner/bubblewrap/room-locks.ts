/** One change of a room at a time; different rooms don't wait for each other. */
export function createRoomLocks() {
  const tails = new Map<string, Promise<unknown>>();
  return function exclusive<T>(roomId: string, work: () => Promise<T>): Promise<T> {
    const before = tails.get(roomId) ?? Promise.resolve();
    const result = before.then(work, work);
    const tail = result.catch(() => null);
    tails.set(roomId, tail);
    void tail.then(() => {
      if (tails.get(roomId) === tail) tails.delete(roomId);
    });
    return result;
  };
}
export type RoomLocks = ReturnType<typeof createRoomLocks>;
