import type { Snapshot } from "../database/snapshot.js";
import { majorOf } from "../lib/version.js";
import { visibleText } from "../lib/visible-text.js";
import { ledgerClaims } from "../messages/kv-manager.js";
import { allMigrations, type Catalog, type Migration } from "./catalog.js";
import { compare, hasTable, type ObjectStatus, withObject } from "./compare.js";
import { expectedText, labelOf } from "./describe.js";
import { type Era, eraOfSchema } from "./eras.js";
import { ledgerSince, ledgerTable } from "./kv-manager.js";
import { isSameName } from "./names.js";
import type { ColumnDefinition, IndexObject, SchemaObject, Statement } from "./sql-objects.js";

/** What kind of database was found. `incomplete` has KV Manager's first tables but no usable bulk_jobs. */
export type DatabaseKind = "empty" | "kv-manager" | "incomplete" | "foreign";

/** The status of one migration. `partial`: some of its objects exist, some do not. */
export interface MigrationState {
  id: string;
  name: string;
  title: string;
  status: "applied" | "partial" | "pending" | "conflict";
  /** What must be added, as `column bulk_jobs.metadata`. */
  missing: string[];
}

/** Whether any part of a migration is still missing. */
export function isOpen({ status }: MigrationState): boolean {
  return status === "pending" || status === "partial";
}

/** A row of the verification table: one object that KV Manager needs, as expected and as found. */
export interface Check {
  /** The migration's id; null for an object of the first schema. */
  migration: string | null;
  /** Its label, from `labelOf`; for anything more, use `provides`. */
  object: string;
  provides: SchemaObject;
  expected: string;
  /** Null if nothing of that name was found. */
  actual: string | null;
  ok: boolean;
}

/** A statement to send. */
export interface PlannedStatement {
  /** The migration's id; null for a statement of the first schema. */
  migration: string | null;
  sql: string;
  comment: string[];
  /** What it adds. */
  provides: SchemaObject;
}

/** What must be done to a database: a plain value shared by preview, dry run, apply, JSON and report. */
export interface Plan {
  database: DatabaseKind;
  era: Era | null;
  migrations: MigrationState[];
  /** Only what is missing, in order; empty if nothing is, or if the database must not be changed. */
  statements: PlannedStatement[];
  /** Sentences: what blocks the upgrade; it is never resolved by force. */
  conflicts: string[];
  /** Sentences: what is declared differently but still works. */
  differences: string[];
  /** Sentences: what the database claims about itself but its schema does not show. */
  remarks: string[];
  /** The verification table of the schema as found. */
  checks: Check[];
}

/** Returns what is missing in a database, and the statements that add it. */
export function planUpgrade(snapshot: Snapshot, catalog: Catalog): Plan {
  const database = classify(snapshot);
  const ours = database === "kv-manager" || database === "incomplete";
  const draft = new Draft(catalog.migrations, snapshot, catalog);
  const blocked = database !== "kv-manager" || draft.conflicts.length > 0;
  const statements = blocked ? [] : draft.statements;
  return {
    database,
    era: ours ? eraOf(snapshot, catalog) : null,
    migrations: catalog.migrations.map((m) => stateOf(m, draft.objects, ours)),
    statements,
    conflicts: ours ? draft.conflicts : [],
    differences: ours ? draft.differences : [],
    remarks: ledgerRemarks(snapshot, statements, catalog),
    checks: draft.checks(),
  };
}

/**
 * Plans the whole schema for an empty database: the first schema and every migration of the target.
 * @param snapshot the schema as inspected: empty, or set up before
 */
export function planSetup(snapshot: Snapshot, catalog: Catalog): Plan {
  const plan = planUpgrade(snapshot, catalog);
  const parts = [{ id: null, statements: catalog.base }, ...catalog.migrations];
  const draft = new Draft(parts, snapshot, catalog);
  const statements = plan.database === "empty" ? draft.statements : [];
  return { ...plan, statements, checks: draft.checks() };
}

/** One part of a plan: a migration, or the first schema, which has no id. */
interface Part {
  id: string | null;
  statements: Statement[];
}

/** The status of one planned object, and the migration that it belongs to. */
interface PlannedObject {
  migration: string | null;
  object: SchemaObject;
  status: ObjectStatus;
  /** Its status in the database itself, without what earlier statements of the plan will add. */
  statusFound: ObjectStatus;
}

/** Builds a plan statement by statement; each is compared with the schema that the previous ones will leave. */
class Draft {
  readonly objects: PlannedObject[] = [];
  readonly statements: PlannedStatement[] = [];
  readonly conflicts: string[] = [];
  readonly differences: string[] = [];
  private readonly found: Snapshot;
  private readonly ownIndexes: IndexObject[];
  /** Names of unusable tables: conflicts of their columns and indexes need no sentence of their own. */
  private readonly unusable: string[] = [];
  private soFar: Snapshot;

  constructor(parts: Part[], snapshot: Snapshot, catalog: Catalog) {
    const all = [...catalog.base, ...allMigrations(catalog).flatMap((m) => m.statements)];
    this.ownIndexes = all.flatMap(({ provides }) => (provides.kind === "index" ? provides : []));
    this.found = snapshot;
    this.soFar = snapshot;
    for (const { id, statements } of parts) for (const statement of statements) this.add(id, statement);
  }

  private add(migration: string | null, { sql, comment, provides }: Statement): void {
    const status = compare(provides, this.soFar, this.ownIndexes);
    const statusFound = compare(provides, this.found, this.ownIndexes);
    this.objects.push({ migration, object: provides, status, statusFound });
    if (status.state === "missing") {
      this.statements.push({ migration, sql, comment, provides });
      this.soFar = withObject(this.soFar, provides);
    } else if (status.state === "there") this.differences.push(...status.differences.map(visibleText));
    else this.addConflict(provides, status.why);
  }

  private addConflict(object: SchemaObject, why: string): void {
    const table = object.kind === "table" ? object.name : object.table;
    const follows = object.kind !== "table" && this.unusable.some((name) => isSameName(name, table));
    if (object.kind === "table") this.unusable.push(table);
    const sentence = visibleText(why);
    if (!follows && !this.conflicts.includes(sentence)) this.conflicts.push(sentence);
  }

  /** The columns that migrations add to a table created by another statement. */
  private columnsAddedTo(table: SchemaObject): ColumnDefinition[] {
    if (table.kind !== "table") return [];
    return this.objects.flatMap(({ object: o }) =>
      o.kind === "column" && isSameName(o.table, table.name) ? [o.column] : [],
    );
  }

  checks(): Check[] {
    return this.objects.map(({ migration, object, statusFound }) => ({
      migration,
      object: labelOf(object),
      provides: object,
      expected: expectedText(object, this.columnsAddedTo(object)),
      actual: statusFound.actual,
      ok: statusFound.state === "there",
    }));
  }
}

function stateOf(migration: Migration, objects: PlannedObject[], ours: boolean): MigrationState {
  const own = objects.filter((o) => o.migration === migration.id);
  // In a database that is not KV Manager's, nothing conflicts: it is simply missing.
  const lacks = own.filter((o) => o.status.state === "missing" || (!ours && o.statusFound.state !== "there"));
  const conflict = ours && own.some((o) => o.status.state === "conflict");
  const status = lacks.length === 0 ? "applied" : lacks.length === own.length ? "pending" : "partial";
  return {
    id: migration.id,
    name: migration.name,
    title: migration.title,
    status: conflict ? "conflict" : status,
    missing: lacks.map((o) => labelOf(o.object)),
  };
}

/** The era of a schema depends on all known migrations, including those not planned. */
function eraOf(snapshot: Snapshot, catalog: Catalog): Era | null {
  const all = allMigrations(catalog);
  const { objects } = new Draft(all, snapshot, catalog);
  const states = all.map((m) => stateOf(m, objects, true));
  const idsWith = (status: MigrationState["status"]) =>
    states.filter((m) => m.status === status).map((m) => m.id);
  return eraOfSchema(idsWith("applied"), idsWith("pending"), catalog);
}

/**
 * KV Manager 2.x marks 1.x migrations as applied in its ledger if tables of those names exist, without checking them.
 * The ledger's rows are not read, since they prove nothing; what they miss is why this tool is needed.
 */
function ledgerRemarks(snapshot: Snapshot, statements: PlannedStatement[], catalog: Catalog): string[] {
  const old = catalog.migrations.filter((m) => majorOf(m.version) < ledgerSince).map((m) => m.id);
  const passedOver = statements.filter(
    ({ migration, provides: p }) =>
      old.includes(migration ?? "") && p.kind !== "table" && hasTable(p.table, snapshot),
  );
  if (!hasTable(ledgerTable, snapshot) || passedOver.length === 0) return [];
  return [ledgerClaims(passedOver.map((s) => labelOf(s.provides)))];
}

/** The table of `wrangler d1 migrations`: a database with only this table still counts as empty. */
const wranglersOwn = "d1_migrations";

function classify(snapshot: Snapshot): DatabaseKind {
  const isTable = (name: string) => hasTable(name, snapshot);
  const tables = snapshot.tables.filter((t) => !isSameName(t.name, wranglersOwn));
  if (tables.length === 0 && snapshot.others.length === 0) return "empty";
  if (!isTable("namespaces") || !isTable("key_metadata")) return "foreign";
  return isTable("bulk_jobs") ? "kv-manager" : "incomplete";
}
