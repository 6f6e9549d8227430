import type { Interruption } from "../lib/interruption.js";
import type { RequestCache } from "./api/request-cache.js";
import type { Trace } from "./client.js";
import type { Engines } from "./engine/engines.js";
import type { UnrestoredFile } from "./ownership.js";
import type { ProjectWrangler } from "./wrangler/find-wrangler.js";

/** What every client needs from outside. */
export interface ClientSettings {
  env: NodeJS.ProcessEnv;
  /** The run's engines, shared by all of its databases. */
  engines: Engines;
  /** Finds the project's wrangler; called only when it is needed. */
  locate: () => Promise<ProjectWrangler>;
  timeoutSeconds: number;
  interruption: Interruption;
  trace: (trace: Trace) => void;
  /** Shared by all databases of a run that is about several. */
  requestCache?: RequestCache | undefined;
  /** Fires when the answer is no longer needed. */
  abandoned?: AbortSignal | undefined;
  /** Called after each use of a local state, with the files that could not be given back to their owner. */
  onOwnershipNotRestored?: ((files: UnrestoredFile[]) => void) | undefined;
}

/** What aborts work early; null while a write is under way, which nothing may abort. */
export function abortOf({
  interruption: { signal },
  abandoned,
}: Pick<ClientSettings, "interruption" | "abandoned">): AbortSignal | null {
  return signal !== null && abandoned !== undefined ? AbortSignal.any([signal, abandoned]) : signal;
}
