import { existsSync } from "node:fs";
import { parse } from "node:path";
import type { Connection } from "../../project/connection.js";
import type { Entry } from "../../run/entry.js";
import type { Request } from "../../run/request.js";

/**
 * Each database's own file for its backup: its name and place stand before the ending that was asked for.
 * @param file absolute path, as `--backup` names it
 * @returns absolute paths, in the order of the databases; no two are the same
 */
export function backupNames(file: string, connections: Connection[]): string[] {
  const { name, ext } = parse(file);
  const folder = file.slice(0, file.length - name.length - ext.length);
  const used = new Set<string>();
  return connections.map(({ target, location }) => {
    // A name in a config may have signs that no file may have.
    const database = (target.database ?? target.binding).replace(/[^\w.-]+/g, "-");
    for (let n = 1; ; n++) {
      const number = n === 1 ? "" : `-${n}`;
      const path = `${folder}${name}-${database}-${location}${number}${ext}`;
      // Some disks do not tell case apart.
      if (used.size < used.add(path.toLowerCase()).size) return path;
    }
  });
}

/** The name of another backup: a number stands before the ending. @param file null for none */
export function numbered(file: string | null, n: number): string | null {
  return file === null ? null : file.replace(/(\.\w+)?$/, (ending) => `-${n}${ending}`);
}

/** What is asked for to go on after a run: no backup of it is there already under the name that is given. */
export function requestToGoOn(request: Request, entries: Entry[]): Request {
  const connections = entries.flatMap(({ connection }) => (connection === null ? [] : [connection]));
  const isTaken = (file: string) => backupNames(file, connections).some((name) => existsSync(name));
  let { backup } = request;
  for (let n = 2; backup !== null && isTaken(backup); n++) backup = numbered(request.backup, n);
  return { ...request, backup };
}
