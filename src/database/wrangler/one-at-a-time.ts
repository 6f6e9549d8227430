let last: Promise<unknown> = Promise.resolve();

/**
 * Runs work after all earlier work has ended, however that ended. Every start of wrangler goes through here: two at
 * once would send the same refresh token, which is good for one use, and the login would be lost; and two on one
 * local database get in each other's way (SQLITE_BUSY).
 * @param work what to do when its turn has come
 * @returns what it returns
 * @throws what it throws
 */
export function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => {});
  return turn;
}
