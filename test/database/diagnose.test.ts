import { describe, expect, it } from "vitest";
import type { ListedDatabase } from "../../src/database/client.js";
import { diagnose, diagnoseLocally, WrongDatabase } from "../../src/database/diagnose.js";
import { failureFrom } from "../../src/database/failures.js";
import { Wrangler } from "../../src/database/wrangler/wrangler.js";
import { Interruption } from "../../src/lib/interruption.js";
import { Cancelled, Problem } from "../../src/lib/problem.js";
import type { Connection } from "../../src/project/connection.js";
import { connectionTo } from "../support/connections.js";
import { failureSaying } from "../support/failures.js";
import { productionId, publicId } from "../support/project.js";

/** A wrangler that is never started: its account has these databases, or the list fails. */
class FakeWrangler extends Wrangler {
  lists = 0;
  private readonly databases: ListedDatabase[] | Error;

  constructor(databases: ListedDatabase[] | Error) {
    super({
      locate: () => Promise.reject(new Error("started")),
      ...{ timeoutSeconds: 1, env: {}, interruption: new Interruption(), trace: () => {} },
    });
    this.databases = databases;
  }

  override async list(): Promise<ListedDatabase[]> {
    this.lists++;
    if (this.databases instanceof Error) throw this.databases;
    return this.databases;
  }
}

const named = (...names: string[]): ListedDatabase[] => names.map((name, i) => ({ id: `id-${i}`, name }));
const refused = failureSaying("not authorized to access this service [code: 7403]");
const absent = failureFrom({ text: "The database could not be found", code: 7404 });
const remote = connectionTo("remote");

/** What the diagnosis finds: the advice, and the databases that may be meant. */
async function look(problem: unknown, databases: ListedDatabase[] | Error, connection: Connection = remote) {
  const result = await diagnose(problem, new FakeWrangler(databases), connection);
  if (!(result instanceof WrongDatabase)) throw new Error("nothing was found out");
  return { ...result, message: result.message, found: result.found.map((d) => d.name) };
}

const notYours = (field: string) =>
  `The ${field} in wrangler.toml comes from KV Manager's public repository; it is not yours.`;
const has = (names: string, field = "database_id") =>
  `The account has no database with this id, but it has: ${names}. Find the id of yours with npx wrangler d1 info NAME, write it as ${field} into wrangler.toml, then run this again.`;

describe("a database that Cloudflare refuses", () => {
  it.each([
    ["to a login without access", refused],
    ["because it does not exist", absent],
    ["for another reason", failureSaying("something new [code: 7400]")],
  ])("%s is reported with its code and message unchanged", async (_, problem) => {
    const { code, message } = await look(problem, named("kv-manager-metadata"));
    expect([code, message]).toEqual([problem.code, problem.message]);
  });

  it.each([
    ["one of KV Manager's", named("other", "kv-manager-metadata-eu"), ["kv-manager-metadata-eu"]],
    [
      "several",
      named("kv-manager-metadata", "x", "kv-manager-metadata-2"),
      ["kv-manager-metadata", "kv-manager-metadata-2"],
    ],
    ["only others", named("a", "b"), ["a", "b"]],
  ])("is explained by the databases that may be meant: %s", async (_, databases, found) => {
    expect(await look(absent, databases)).toMatchObject({
      found,
      advice: has(found.join(", ")),
    });
  });

  it("is explained with five of many names, and all are offered", async () => {
    const { advice, found } = await look(absent, named("a", "b", "c", "d", "e", "f"));
    expect([advice, found.length]).toEqual([has("a, b, c, d, e"), 6]);
  });

  it("is explained if it has the id from the public repository", async () => {
    const own = connectionTo("remote", { databaseId: publicId });
    expect((await look(refused, named("kv-manager-metadata"), own)).advice).toBe(
      `${notYours("database_id")} ${has("kv-manager-metadata")}`,
    );
    expect((await look(refused, refused, own)).advice).toBe(`${notYours("database_id")} ${refused.advice}`);
  });

  it("is explained by preview_database_id if it is a preview database", async () => {
    const own = connectionTo("preview", { previewDatabaseId: publicId });
    expect((await look(absent, named("a"), own)).advice).toBe(
      `${notYours("preview_database_id")} ${has("a", "preview_database_id")}`,
    );
    const both = connectionTo("preview", { databaseId: publicId, previewDatabaseId: productionId });
    expect((await look(absent, named("a"), both)).advice).toBe(has("a", "preview_database_id"));
  });

  it("is explained if the config has a placeholder where the id belongs", async () => {
    const own = connectionTo("remote", { databaseId: "your-database-id" });
    expect((await look(absent, named("a"), own)).advice).toBe(
      `The database_id in wrangler.toml is not the id of a database. ${has("a")}`,
    );
  });

  it.each([productionId, productionId.toUpperCase()])(
    "is explained if it exists, as %s, but this login cannot use it",
    async (id) => {
      const there = [{ id, name: "kv-manager-metadata" }, ...named("a")];
      expect(await look(refused, there)).toMatchObject({
        advice: `The account has this database, but this login may not use it: ask the account's owner for permission to edit D1. ${refused.advice}`,
        found: [],
      });
    },
  );

  it("is explained if the account has no databases", async () => {
    expect(await look(absent, [])).toMatchObject({
      advice:
        'The account has no D1 database at all; check with "npx wrangler whoami" that it is the right account.',
      found: [],
    });
  });
});

describe("diagnose", () => {
  it.each([
    ["a lost connection", failureSaying("fetch failed")],
    ["a login that is not accepted", failureSaying("Authentication error [code: 10000]")],
    ["a problem of the config", new Problem("CONFIG_INVALID", "No id.", "Add it.")],
    ["a bug", new TypeError("x")],
    ["leaving", new Cancelled()],
  ])("returns the problem without listing databases after %s", async (_, problem) => {
    const wrangler = new FakeWrangler(named("kv-manager-metadata"));
    expect(await diagnose(problem, wrangler, remote)).toBe(problem);
    expect(wrangler.lists).toBe(0);
  });

  it("returns the first failure if listing fails too", async () => {
    expect(await diagnose(absent, new FakeWrangler(refused), remote)).toBe(absent);
  });

  it.each([new Cancelled(), new TypeError("x")])("passes on %s if listing throws it", async (error) => {
    await expect(diagnose(absent, new FakeWrangler(error), remote)).rejects.toBe(error);
  });
});

describe("a local database that wrangler does not find in the config", () => {
  const absent = failureFrom(
    { text: "Couldn't find a D1 DB with the name or binding 'kv' in your wrangler.toml file.", code: null },
    true,
  );
  const local = (databaseId: string | null) => connectionTo("local", { databaseId });

  it.each([null, ""])("is explained by its missing id (%j), which an older wrangler requires", (id) => {
    const { code, message, advice } = diagnoseLocally(absent, local(id)) as Problem;
    expect([code, message]).toEqual([
      "CONFIG_INVALID",
      "The project's wrangler requires a database_id in the config, for a local database too.",
    ]);
    expect(advice).toContain('database_id = "local-dev-database"');
  });

  it.each<[string, unknown, Connection | null]>([
    ["there is one", absent, local(productionId)],
    ["it is about a deployed one", absent, connectionTo("remote", { databaseId: null })],
    ["none is chosen", absent, null],
    ["it failed otherwise", refused, local(null)],
  ])("is reported unchanged when %s", (_, problem, connection) => {
    expect(diagnoseLocally(problem, connection)).toBe(problem);
  });
});
