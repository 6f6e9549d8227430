import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Database } from "../../src/database/database.js";
import { findWrangler } from "../../src/database/find-wrangler.js";
import { Interruption } from "../../src/database/interruption.js";
import type { Snapshot, Table } from "../../src/database/snapshot.js";
import { Wrangler } from "../../src/database/wrangler.js";
import { loadCatalogue } from "../../src/plan/catalogue.js";
import type { SchemaObject } from "../../src/plan/sql-objects.js";
import { readConfigs } from "../../src/project/config-files.js";
import { targetsOf } from "../../src/project/targets.js";
import { plainEnvironment, runJson } from "../support/cli.js";
import { eraSchemas } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { developmentId, packageFolder, productionId } from "../support/project.js";

const project = disposableProjects();
const catalogue = loadCatalogue();

/** What the real wrangler and the real inspection read from the production database of a project. */
async function inspected(cwd: string): Promise<Snapshot> {
  const [target] = targetsOf(readConfigs(cwd, "wrangler.toml"), cwd);
  if (target === undefined) throw new Error("the project has no database");
  const wrangler = new Wrangler({
    locate: () => findWrangler([cwd], { PATH: "" }),
    timeoutSeconds: 60,
    env: plainEnvironment(),
    interruption: new Interruption(),
    trace: () => {},
  });
  const waiting = { wait: () => Promise.reject(new Error("no wait is expected")) };
  return await new Database(
    wrangler,
    { target, location: "local", persistTo: null, account: null },
    waiting,
  ).inspect();
}

/** A table of a database in the words of the catalogue. */
function asCatalogued(table: Table | undefined, snapshot: Snapshot) {
  return {
    kind: "table",
    name: table?.name,
    columns: table?.columns.map(({ generated: _, ...column }) => column),
    references: table?.references,
    unique: snapshot.indexes
      .filter((i) => i.table === table?.name && i.implied && i.unique && i.columns.length > 1)
      .map((i) => i.columns.map((c) => c.name)),
  };
}

describe("what sql/ is read as", () => {
  it("schema.sql equals what SQLite makes of it", async () => {
    const cwd = project();
    await makeLocal(cwd, productionId, { sql: catalogue.schema.map((s) => `${s.sql};`).join("\n") });
    const snapshot = await inspected(cwd);
    for (const { provides } of catalogue.schema) compareObject(provides, snapshot);
    expect(snapshot.tables).toHaveLength(catalogue.schema.filter((s) => s.provides.kind === "table").length);
  });

  it("the oldest schema with every migration equals SQLite's reading, and equals schema.sql", async () => {
    const cwd = project();
    const migrations = catalogue.migrations.flatMap((m) => m.statements);
    const upgraded = `${eraSchemas.oldest}\n${migrations.map((s) => `${s.sql};`).join("\n")}`;
    await makeLocal(cwd, productionId, { sql: upgraded });
    const snapshot = await inspected(cwd);
    for (const { provides } of migrations) compareObject(provides, snapshot);

    const fresh = project();
    await makeLocal(fresh, productionId, { sql: catalogue.schema.map((s) => `${s.sql};`).join("\n") });
    // ADD COLUMN puts a column last; otherwise both are the same.
    const sorted = ({ tables, indexes }: Snapshot) => ({
      tables: tables
        .map((t) => ({ ...t, columns: [...t.columns].sort((a, b) => a.name.localeCompare(b.name)) }))
        .sort((a, b) => a.name.localeCompare(b.name)),
      indexes: [...indexes].sort((a, b) => a.name.localeCompare(b.name)),
    });
    expect(sorted(snapshot)).toEqual(sorted(await inspected(fresh)));
  });

  it("schema.sql creates the same objects as the last era's own schema", async () => {
    const cwd = project();
    const ours = dump(
      await makeLocal(cwd, productionId, { sql: catalogue.schema.map((s) => `${s.sql};`).join("\n") }),
    );
    const theirs = dump(await makeLocal(cwd, developmentId, { sql: eraSchemas["2025-11-22"] }));
    const names = (d: typeof ours) => d.schema.map((o) => `${o.type} ${o.name}`);
    expect(names(ours)).toEqual(names(theirs));
  });

  function compareObject(object: SchemaObject, snapshot: Snapshot) {
    if (object.kind === "table")
      expect(
        asCatalogued(
          snapshot.tables.find((t) => t.name === object.name),
          snapshot,
        ),
      ).toEqual(object);
    else if (object.kind === "index") {
      const index = snapshot.indexes.find((i) => i.name === object.name);
      expect({ ...index, kind: "index" }).toEqual({ ...object, partial: false, implied: false });
    } else {
      const table = snapshot.tables.find((t) => t.name === object.table);
      expect(table?.columns.find((c) => c.name === object.column.name)).toEqual({
        ...object.column,
        generated: false,
      });
    }
  }
});

// What a good one brings is in the longer `npm run proof:remote`.
describe("a fourth migration", () => {
  it("with a statement that is not supported is an error with file and line", async () => {
    const cwd = project();
    const copy = project({});
    for (const part of ["dist", "sql", "package.json"])
      cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
    writeFileSync(join(copy, "sql/migrations/004_bad.sql"), "-- Bad\n\nDROP TABLE bulk_jobs;\n");
    const { code, json } = await runJson(["status", "--deployed", "2025-11-01"], {
      cwd,
      script: join(copy, "dist/cli.cjs"),
    });
    expect(code).toBe(1);
    expect(json.error?.message).toContain("sql/migrations/004_bad.sql:3: only CREATE TABLE");
  });
});
