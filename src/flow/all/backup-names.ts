import { parse } from "node:path";
import type { Connection } from "../../project/connection.js";

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
