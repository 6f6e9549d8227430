import { randomUUID } from "node:crypto";
import { runJson } from "./cli.js";
import { disposableProjects } from "./folders.js";
import { loopback } from "./remote.js";

/** Returns a database name that no other test uses. */
export const freshName = () => `kv-manager-metadata-${randomUUID().slice(0, 8)}`;

/** A config with comments in every place, without an id. */
export const tomlWithoutId = (name: string) =>
  `# Mine\nname = "kv-manager" # the Worker\ncompatibility_date = "2025-01-01"\n\n[[d1_databases]] # D1\nbinding = "METADATA"\ndatabase_name = "${name}" # by hand\n\n[vars]\nA = 1\n`;

/** The same in JSON, with a placeholder for the id that also occurs elsewhere. */
export const jsoncWithPlaceholder = (name: string) =>
  `{\n  // Mine\n  "name": "kv-manager",\n  "compatibility_date": "2025-01-01",\n  "d1_databases": [\n    {\n      "binding": "METADATA", // KV Manager's\n      "database_name": "${name}" /* by hand */,\n      "database_id": "YOUR_D1_DATABASE_ID",\n    },\n  ],\n  "vars": { "A": "YOUR_D1_DATABASE_ID" },\n}\n`;

/** The tables of the whole schema of KV Manager 1. */
export const allTables = ["audit_log", "bulk_jobs", "job_audit_events", "key_metadata", "namespaces"];

/** Runs of `setup --remote` on one loopback API for a test file. */
export function remoteSetup() {
  const { api } = loopback();
  const project = disposableProjects();
  return {
    api,
    project,
    setUp: (cwd: string, ...args: string[]) =>
      runJson(["setup", "--remote", ...args], { cwd, env: api().env }),
    /** The same with wrangler's login instead of a token. */
    setUpWithLogin: (cwd: string, ...args: string[]) =>
      runJson(["setup", "--remote", ...args], { cwd, env: { ...api().env, ...api().addLogin().env } }),
    /** The ids of the databases with this name, read from the server directly. */
    idsOf: async (name: string): Promise<string[]> => {
      const { accounts, baseUrl, token } = api();
      const url = `${baseUrl}/accounts/${accounts[0]?.id}/d1/database?per_page=100&name=${name}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      const { result } = (await answer.json()) as { result: { uuid: string; name: string }[] };
      return result.filter((d) => d.name === name).map((d) => d.uuid);
    },
    tablesOf: async (id: string): Promise<unknown[]> => {
      const sql =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite*' ORDER BY name";
      return (await api().query(id, sql)).map((row) => row.name);
    },
  };
}
