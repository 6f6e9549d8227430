// Alone, so that whatever fails, wherever and however early, can ask.
let untold = false;

/**
 * Says whether a write has begun of which the user has not been told how it ended. While that is so, an error that
 * nobody expected leaves open what the database has.
 */
export function setUntoldWrite(value: boolean): void {
  untold = value;
}

/** See `setUntoldWrite`. */
export function hasUntoldWrite(): boolean {
  return untold;
}
