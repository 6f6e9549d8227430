import { CloudflareApi } from "./api/cloudflare-api.js";
import { credentialsFor } from "./api/credentials.js";
import type { D1Client, Trace } from "./client.js";
import type { Connection } from "./connection.js";
import type { Engines } from "./engine/engines.js";
import { LocalEngine } from "./engine/local-engine.js";
import type { Interruption } from "./interruption.js";
import type { Kept } from "./owners.js";
import type { ProjectWrangler } from "./wrangler/find-wrangler.js";
import { Wrangler } from "./wrangler/wrangler.js";

/** What every way to a database needs from the outside. */
export interface ClientSettings {
  env: NodeJS.ProcessEnv;
  /** The engines of the run, which all of its databases share. */
  engines: Engines;
  /** Finds the project's wrangler; asked for only where it is needed. */
  locate: () => Promise<ProjectWrangler>;
  timeoutSeconds: number;
  interruption: Interruption;
  trace: (trace: Trace) => void;
  /** Fires when nobody needs the answer any more. */
  abandoned?: AbortSignal | undefined;
  /** Is told of files of a local state that could not be given back to their owner. */
  notGivenBack?: ((files: Kept[]) => void) | undefined;
}

/**
 * Chooses the way to a database, from what it is and from the environment, before anything is sent: the local engine
 * for a local database; for a deployed one Cloudflare's API where there is a token, and wrangler with its login otherwise.
 */
export function openClient(connection: Connection, settings: ClientSettings): D1Client {
  const wrangler = openWrangler(settings);
  if (connection.location === "local") return new LocalEngine({ ...settings, instead: wrangler });
  const credentials = credentialsFor(connection, settings.env);
  return credentials === null ? wrangler : new CloudflareApi({ ...settings, credentials });
}

/** The way through wrangler, for what only wrangler does: its login. */
export function openWrangler(settings: ClientSettings): Wrangler {
  return new Wrangler(settings);
}
