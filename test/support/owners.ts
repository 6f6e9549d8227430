import { chownSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The user id of a container's user. */
export const container = 1234;

/** Returns every file and folder below a folder, with its owner. */
export function ownersIn(folder: string): [path: string, uid: number][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => [
    path,
    statSync(join(folder, path)).uid,
  ]);
}

/** Gives a folder and everything in it to a user. Only root can. */
export function giveTo(user: number, folder: string): void {
  chownSync(folder, user, user);
  for (const [path] of ownersIn(folder)) chownSync(join(folder, path), user, user);
}
