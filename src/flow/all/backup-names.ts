import { existsSync } from "node:fs";
import { parse } from "node:path";
import type { Connection } from "../../project/connection.js";
import type { Entry } from "../../run/entry.js";
import type { Request } from "../../run/request.js";
import { withNthBackup } from "../numbered.js";

/**
 * Returns a backup file for each database: its name and location are inserted before the requested extension.
 * @param file absolute path given with `--backup`
 * @returns absolute paths, in the order of the databases; no two are the same
 */
export function backupNames(file: string, connections: Connection[]): string[] {
  const { name, ext } = parse(file);
  const folder = file.slice(0, file.length - name.length - ext.length);
  const used = new Set<string>();
  return connections.map(({ target, location }) => {
    // A name in a config may contain characters that are not allowed in a file name.
    const database = (target.database ?? target.binding).replace(/[^\w.-]+/g, "-");
    for (let n = 1; ; n++) {
      const number = n === 1 ? "" : `-${n}`;
      const path = `${folder}${name}-${database}-${location}${number}${ext}`;
      // Some file systems are case-insensitive.
      if (used.size < used.add(path.toLowerCase()).size) return path;
    }
  });
}

/** Returns the request for continuing after a run, with a backup name under which no file exists yet. */
export function requestToGoOn(request: Request, entries: Entry[]): Request {
  const connections = entries.flatMap(({ connection }) => (connection === null ? [] : [connection]));
  for (let n = 1; ; n++) {
    const next = withNthBackup(request, n);
    const files = next.backup === null ? [] : backupNames(next.backup, connections);
    if (!files.some((file) => existsSync(file))) return next;
  }
}
