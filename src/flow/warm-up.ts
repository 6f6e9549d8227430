import { dirname } from "node:path";
import type { EnginePlace } from "../database/engine/engine.js";
import { existsLocally, stateFolderOf } from "../project/local-state.js";
import { localIdOf, type Target } from "../project/targets.js";
import { projectPackage } from "../project/wrangler-package.js";
import type { Request } from "../run/request.js";
import type { Context } from "./context.js";

/**
 * Starts the engine for the existing local databases, so that it is running by the time the user has chosen one. This
 * opens no database. Failures are reported only when one of the databases is needed.
 * @param targets all databases of the configs
 */
export function warmUp(targets: Target[], request: Request, { engines, interruption }: Context): void {
  const { cwd, persistTo, timeoutSeconds } = request;
  const patience = { timeoutSeconds, abort: interruption.signal };
  const there = attempt(() => targets.filter((target) => existsLocally(target, persistTo))) ?? [];
  const states = new Map<string, { place: EnginePlace; databases: string[] }>();
  for (const target of there) {
    const { configPath } = target;
    const state = stateFolderOf(configPath, persistTo);
    const known = states.get(state);
    const database = localIdOf(target);
    if (known !== undefined) known.databases.push(database);
    else {
      const found = attempt(() => projectPackage(dirname(configPath), cwd));
      const wranglerPackage = found?.folder;
      if (wranglerPackage !== undefined)
        states.set(state, {
          place: { wranglerPackage, state, cwd: dirname(configPath) },
          databases: [database],
        });
    }
  }
  for (const { place, databases } of states.values())
    engines.start(place, databases, patience).catch(() => {});
}

function attempt<T>(find: () => T): T | null {
  try {
    return find();
  } catch {
    // Reported when the database is needed.
    return null;
  }
}
