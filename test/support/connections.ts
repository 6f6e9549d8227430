import type { Connection } from "../../src/project/connection.js";
import type { Location, Target } from "../../src/project/targets.js";
import { productionId } from "./project.js";

/** A connection to the production database of a stock project, with overrides. */
export function connectionTo(location: Location, more: Partial<Target> = {}): Connection {
  return {
    target: {
      ...{ env: null, binding: "METADATA", database: "kv-manager-metadata" },
      ...{ databaseId: productionId, previewDatabaseId: null },
      ...{ configPath: "/kv/wrangler.toml", config: "wrangler.toml" },
      ...{ wranglerName: "kv-manager-metadata", accountId: null, likely: true, hidden: false },
      ...more,
    },
    location,
    persistTo: null,
    account: null,
  };
}
