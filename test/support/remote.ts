import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { type Document, type Run, runJson } from "./cli.js";
import { eraSchemas, seedRows } from "./eras.js";
import { disposableProjects } from "./folders.js";
import type { Dump } from "./local.js";
import { type LoopbackApi, startLoopbackApi } from "./loopback-api.js";
import type { Fault, FaultMatch, FaultRule } from "./loopback-faults.js";
import type { LoopbackLogin } from "./loopback-login.js";
import { checkoutOf, tomlBinding } from "./project.js";
import { objectsQuery, quoted } from "./sql.js";

/** A project whose production database is deployed on the loopback API. */
export interface RemoteProject {
  cwd: string;
  id: string;
  /** The same in the config and in the account. */
  name: string;
  env: NodeJS.ProcessEnv;
  /** `--remote` */
  location: string[];
  /** Runs the program with `--remote --json` and these arguments. */
  run(...args: string[]): Promise<Run & { json: Document }>;
  /** Every row and object, read from the server directly. */
  dump(): Promise<Dump>;
  /** Makes requests for this database fail; by default those that wrangler sends for the inspection and the batch. */
  fault(fault: Fault, match?: FaultMatch, times?: number): void;
  /** How often a fault of this database has occurred. */
  faultsMet(): number;
  /** Ends all faults of this database. */
  clearFaults(): void;
  /** How many requests have written since the project was created. */
  writes(): number;
}

/** The ways to a deployed database: the API itself with a token, or wrangler with its login. */
export const ways = ["token", "login"] as const;
export type Way = (typeof ways)[number];

/** One loopback API for a test file; each test has its own database, so tests may run at the same time. */
export function loopback(slots = 260) {
  const project = disposableProjects();
  let api: LoopbackApi;
  beforeAll(async () => {
    api = await startLoopbackApi({ accountInEnv: true, slots });
  });
  afterAll(async () => {
    await api.close();
  });

  /**
   * Creates a database on the server, and a project bound to it.
   * @param base an era's name, or custom SQL
   */
  async function make(
    base: keyof typeof eraSchemas | { sql: string },
    env: NodeJS.ProcessEnv = {},
  ): Promise<RemoteProject> {
    const id = randomUUID();
    const name = `kv-manager-metadata-${id.slice(0, 8)}`;
    api.addDatabase({ id, name });
    const sql = typeof base === "string" ? eraSchemas[base] + seedRows : base.sql;
    if (sql !== "") await api.exec(id, sql);
    const cwd = project({
      "package.json": checkoutOf("1.0.0"),
      "wrangler.toml": `name = "kv-manager"\ncompatibility_date = "2025-11-01"\n${tomlBinding(name, id)}`,
    });
    // A lost batch of the loopback server is over as soon as its request is.
    const all = { ...api.env, KV_MANAGER_UPGRADE_LOST_WRITE_SECONDS: "4", ...env };
    const from = api.requests.length;
    const rules: FaultRule[] = [];
    const location = ["--remote"];
    return {
      cwd,
      id,
      name,
      env: all,
      location,
      run: (...args) => runJson([...args, ...location], { cwd, env: all }),
      dump: async () => {
        const schema = await api.query(id, objectsQuery);
        const tables = schema.filter((o) => o.type === "table" && o.name !== "sqlite_sequence");
        const rows: Record<string, Record<string, unknown>[]> = {};
        for (const { name } of tables)
          rows[String(name)] = await api.query(id, `SELECT * FROM ${quoted(String(name))}`);
        return { schema: schema as Dump["schema"], rows };
      },
      fault: (fault, match = { endpoint: "query" }, times) => {
        const rule: FaultRule = { match: { path: new RegExp(id), ...match }, fault };
        rules.push(times === undefined ? rule : { ...rule, times });
        api.faults.push(rules.at(-1) ?? rule);
      },
      faultsMet: () => rules.reduce((sum, rule) => sum + api.faults.timesApplied(rule), 0),
      clearFaults: () => {
        const others = api.faults.filter((rule) => !rules.includes(rule));
        api.faults.length = 0;
        api.faults.push(...others);
      },
      writes: () => api.requests.slice(from).filter((r) => r.databaseId === id && r.writes).length,
    };
  }
  /** The same, reached through one of the two ways to a deployed database. */
  const makeFor = (way: Way, base: Parameters<typeof make>[0], env: NodeJS.ProcessEnv = {}) =>
    make(base, way === "token" ? env : { ...api.addLogin().env, ...env });

  /** A database of the oldest era, reached with a wrangler login of its own. */
  async function makeWithLogin(): Promise<{ login: LoopbackLogin; database: RemoteProject }> {
    const login = api.addLogin();
    return { login, database: await make("oldest", login.env) };
  }

  return { make, makeFor, makeWithLogin, api: () => api };
}
