import type { RequestCache } from "../database/api/request-cache.js";
import type { Trace } from "../database/client.js";
import type { Engines } from "../database/engine/engines.js";
import type { UnrestoredFile } from "../database/ownership.js";
import type { ClientSettings } from "../database/settings.js";
import { type ProjectWrangler, wranglerOf } from "../database/wrangler/find-wrangler.js";
import type { Interruption } from "../lib/interruption.js";
import type { Connection } from "../project/connection.js";
import type { Request } from "../run/request.js";
import type { FactLog, Result } from "../run/result.js";
import type { ReadingsAhead } from "./readings-ahead.js";
import type { Ui } from "./ui.js";

/** What a run needs from the system. */
export interface Context {
  env: NodeJS.ProcessEnv;
  interruption: Interruption;
  /** The engines of local databases, shared by all of the run. */
  engines: Engines;
  trace: (trace: Trace) => void;
  /** What all databases of the run share, where it is about several. */
  requestCache?: RequestCache;
  /** Is told of each finished run, for a later support report. */
  remember?: (request: Request, result: Result) => void | Promise<void>;
}

/** A run under way: what all of its steps share. */
export interface Run {
  request: Request;
  ui: Ui;
  context: Context;
  facts: FactLog;
  ahead: ReadingsAhead;
  /** Files of a local state that could not be given back, by their paths. */
  unrestored: Map<string, UnrestoredFile>;
}

/**
 * What the way to a database needs, see `openClient`.
 * @param special.locate finds the wrangler; by default as an unattended run does
 * @param special.notGivenBack is told of files that could not be given back to their owner
 * @param special.abandoned fires when nobody needs the answer any more
 */
export function settingsFor(
  connection: Connection,
  request: Request,
  context: Context,
  special: Partial<Pick<ClientSettings, "locate" | "abandoned" | "onOwnershipNotRestored">> = {},
): ClientSettings {
  const locate =
    special.locate ??
    (() => wranglerOf(connection.target.configPath, request.cwd, context.env, context.interruption.signal));
  let wrangler: ProjectWrangler | null = null;
  return {
    ...context,
    ...special,
    locate: async () => {
      wrangler ??= await locate();
      return wrangler;
    },
    timeoutSeconds: request.timeoutSeconds,
  };
}

/** Keeps the files that could not be given back, to tell of them once, at the end. */
export function collectUnrestored({ unrestored }: Run): (files: UnrestoredFile[]) => void {
  return (files) => {
    for (const file of files) unrestored.set(file.path, file);
  };
}
