import type { RequestCache } from "../database/api/request-cache.js";
import { openClient } from "../database/choose-client.js";
import type { D1Client, Trace } from "../database/client.js";
import type { Engines } from "../database/engine/engines.js";
import type { UnrestoredFile } from "../database/ownership.js";
import type { ClientSettings } from "../database/settings.js";
import type { Snapshot } from "../database/snapshot.js";
import { type ProjectWrangler, wranglerOf } from "../database/wrangler/find-wrangler.js";
import type { Interruption } from "../lib/interruption.js";
import type { Connection } from "../project/connection.js";
import type { Request } from "../run/request.js";
import type { FactLog, Result } from "../run/result.js";
import type { Ui } from "./ui.js";

/** What a run needs from the system. */
export interface Context {
  env: NodeJS.ProcessEnv;
  interruption: Interruption;
  /** The engines of local databases, shared by the whole run. */
  engines: Engines;
  trace: (trace: Trace) => void;
  /** Shared by all databases of a run that is about several. */
  requestCache?: RequestCache;
  /** Called with each finished run, for a later support report. */
  remember?: (request: Request, result: Result) => void | Promise<void>;
}

/** A schema that is being read before its database is needed. */
export interface ReadingAhead {
  connection: Connection;
  found: Promise<Snapshot>;
  /** Aborts it: one that is not needed would delay the next step, and the end of the program. */
  abandon: () => void;
}

/** What all steps of a run share. */
export interface Run {
  request: Request;
  ui: Ui;
  context: Context;
  facts: FactLog;
  /** The reading that was started while the user is still answering questions; null if none was. */
  ahead: ReadingAhead | null;
  /** Called with files of a local state that could not be given back to their owner. */
  onOwnershipNotRestored: (files: UnrestoredFile[]) => void;
}

type Special = Partial<Pick<ClientSettings, "locate" | "abandoned" | "onOwnershipNotRestored">>;

/**
 * Opens a client for a database.
 * @param special.locate finds wrangler; by default as an unattended run does
 */
export function clientFor(
  connection: Connection,
  run: Pick<Run, "request" | "context">,
  special: Special = {},
): D1Client {
  return openClient(connection, settingsFor(connection, run, special));
}

/** Returns the settings for a client, which looks for wrangler at most once. */
export function settingsFor(
  connection: Connection,
  run: Pick<Run, "request" | "context">,
  { locate = () => wranglerFor(connection, run), ...special }: Special = {},
): ClientSettings {
  let wrangler: ProjectWrangler | null = null;
  return {
    ...run.context,
    ...special,
    locate: async () => {
      wrangler ??= await locate();
      return wrangler;
    },
    timeoutSeconds: run.request.timeoutSeconds,
  };
}

/** Finds the wrangler of a database's project, without asking or installing anything. */
export async function wranglerFor(
  { target }: Connection,
  { request, context }: Pick<Run, "request" | "context">,
): Promise<ProjectWrangler> {
  return await wranglerOf(target.configPath, request.cwd, context.env, context.interruption.signal);
}
