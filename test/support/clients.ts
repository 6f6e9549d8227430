import { openClient } from "../../src/database/choose-client.js";
import type { D1Client, Trace } from "../../src/database/client.js";
import { Engines } from "../../src/database/engine/engines.js";
import { wranglerOf } from "../../src/database/wrangler/find-wrangler.js";
import { Wrangler } from "../../src/database/wrangler/wrangler.js";
import { Interruption } from "../../src/lib/interruption.js";
import { readConfigs } from "../../src/project/config-files.js";
import type { Connection } from "../../src/project/connection.js";
import { targetsOf } from "../../src/project/targets.js";
import { plainEnvironment } from "./cli.js";

/** The client for a local database, and the one through wrangler. */
export interface LocalClients {
  connection: Connection;
  engine: D1Client;
  wrangler: D1Client;
  /** What has been done so far, as `--debug` shows it. */
  traces: Trace[];
  /** Stops the engine; must always be called. */
  close: () => Promise<void>;
}

/** Opens the first database in a test project's `wrangler.toml`. */
export function localClients(cwd: string): LocalClients {
  const [target] = targetsOf(readConfigs(cwd, "wrangler.toml"), cwd);
  if (target === undefined) throw new Error("the project has no database");
  const connection: Connection = { target, location: "local", persistTo: null, account: null };
  const env = plainEnvironment();
  const engines = new Engines(env);
  const traces: Trace[] = [];
  const settings = {
    ...{ env, engines, timeoutSeconds: 60, interruption: new Interruption() },
    locate: () => wranglerOf(target.configPath, cwd, { PATH: "" }),
    trace: (trace: Trace) => void traces.push(trace),
  };
  return {
    ...{ connection, traces, close: () => engines.closeAll() },
    engine: openClient(connection, settings),
    wrangler: new Wrangler(settings),
  };
}
