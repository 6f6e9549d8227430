let last: Promise<unknown> = Promise.resolve();

/**
 * Runs work after all earlier work has ended, successfully or not. Every start of wrangler goes through here: two at
 * the same time would send the same single-use refresh token, and the login would be lost; and two on one local
 * database would block each other (SQLITE_BUSY).
 * @param work what to do when it is its turn
 * @returns what it returns
 * @throws what it throws
 */
export function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => {});
  return turn;
}
