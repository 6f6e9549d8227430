import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Database } from "../../src/database/database.js";
import type { Snapshot, Table } from "../../src/database/snapshot.js";
import type { SchemaObject, Statement } from "../../src/plan/sql-objects.js";
import { catalogFor } from "../support/catalogs.js";
import { runJson } from "../support/cli.js";
import { localClients } from "../support/clients.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { packageFolder, productionId } from "../support/project.js";

const project = disposableProjects();

/** Returns what the real engine and the real inspection read from a project's production database. */
async function inspected(cwd: string): Promise<Snapshot> {
  const { engine, connection, close } = localClients(cwd);
  const waiting = { wait: () => Promise.reject(new Error("no wait is expected")) };
  try {
    return await new Database(engine, connection, waiting).inspect();
  } finally {
    await close();
  }
}

/** The columns of a primary key. */
function keyOf(table: Table | undefined): string {
  const columns = table?.columns.filter((c) => c.primaryKey > 0) ?? [];
  return columns
    .sort((a, b) => a.primaryKey - b.primaryKey)
    .map((c) => c.name)
    .join();
}

/** Returns a database table in the catalog's form. */
function inCatalogForm(table: Table | undefined, snapshot: Snapshot) {
  return {
    kind: "table",
    name: table?.name,
    columns: table?.columns.map(({ generated: _, ...column }) => column),
    references: table?.references,
    unique: snapshot.indexes
      .filter((i) => i.table === table?.name && i.implied && i.unique && i.columns.length > 1)
      .map((i) => i.columns.map((c) => c.name))
      // A primary key of several columns has such an index too.
      .filter((names) => names.join() !== keyOf(table)),
  };
}

/** The SQL of a whole setup for a version. */
const setUp = (version: string) => {
  const { base, migrations } = catalogFor(version);
  return sqlOf([...base, ...migrations.flatMap((m) => m.statements)]);
};
const sqlOf = (statements: Statement[]) => statements.map((s) => `${s.sql};`).join("\n");

/** Returns a schema without the order of objects, or of columns, which ALTER TABLE can only append. */
const sorted = ({ tables, indexes }: Snapshot) => ({
  tables: tables
    .filter((t) => t.name !== "schema_version")
    .map((t) => ({ ...t, columns: [...t.columns].sort((a, b) => a.name.localeCompare(b.name)) }))
    .sort((a, b) => a.name.localeCompare(b.name)),
  indexes: [...indexes].sort((a, b) => a.name.localeCompare(b.name)),
});

describe("the catalog read from sql/", () => {
  it("matches what SQLite makes of base.sql and of each migration", async () => {
    const cwd = project();
    const { base, migrations } = catalogFor("2");
    await makeLocal(cwd, productionId, { sql: sqlOf(base) });
    const snapshot = await inspected(cwd);
    for (const { provides } of base) compareObject(provides, snapshot);
    expect(snapshot.tables).toHaveLength(base.filter((s) => s.provides.kind === "table").length);

    const full = project();
    await makeLocal(full, productionId, { sql: setUp("2") });
    const whole = await inspected(full);
    for (const { provides } of migrations.flatMap((m) => m.statements)) compareObject(provides, whole);
  });

  it.each([
    ["1", "2025-11-22", []],
    ["2.0.0", "2025-12-09", []],
    ["2.1.0", "2025-12-11", []],
    ["2", "2026-07-25", ["007"]],
  ] as const)(
    "sets up KV Manager %s with the same schema as its own file of %s",
    async (version, era, more) => {
      const cwd = project();
      await makeLocal(cwd, productionId, { sql: setUp(version) });
      const ours = await inspected(cwd);
      const theirs = project();
      const extra = catalogFor(version).migrations.filter((m) => (more as readonly string[]).includes(m.id));
      await makeLocal(theirs, productionId, era, sqlOf(extra.flatMap((m) => m.statements)));
      expect(sorted(ours)).toEqual(sorted(await inspected(theirs)));
    },
  );

  function compareObject(object: SchemaObject, snapshot: Snapshot) {
    if (object.kind === "table") {
      const found = inCatalogForm(
        snapshot.tables.find((t) => t.name === object.name),
        snapshot,
      );
      // Columns from later migrations come after these.
      expect({ ...found, columns: found.columns?.slice(0, object.columns.length) }).toEqual(object);
    } else if (object.kind === "index") {
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

// local-migration.test.ts covers a valid one.
describe("an additional migration", () => {
  it("with an unsupported statement fails with file and line", async () => {
    const cwd = project();
    const copy = project({});
    for (const part of ["dist", "sql", "package.json"])
      cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
    writeFileSync(join(copy, "sql/migrations/900_bad.sql"), "-- Bad\n\nDROP TABLE bulk_jobs;\n");
    const { code, json } = await runJson(["status", "--deployed", "2025-11-01"], {
      cwd,
      script: join(copy, "dist/cli.cjs"),
    });
    expect(code).toBe(1);
    expect(json.error?.message).toContain("sql/migrations/900_bad.sql:3: only CREATE TABLE");
  });
});
