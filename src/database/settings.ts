import type { Interruption } from "../lib/interruption.js";
import type { AskedOnce } from "./api/asked-once.js";
import type { Trace } from "./client.js";
import type { Engines } from "./engine/engines.js";
import type { Kept } from "./owners.js";
import type { ProjectWrangler } from "./wrangler/find-wrangler.js";

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
  /** What all databases of the run share, where it is about several. */
  askedOnce?: AskedOnce | undefined;
  /** Fires when nobody needs the answer any more. */
  abandoned?: AbortSignal | undefined;
  /** Is told of files of a local state that could not be given back to their owner. */
  notGivenBack?: ((files: Kept[]) => void) | undefined;
}
