import { inspectionVersion, type Snapshot, type Table } from "./snapshot.js";

/**
 * A snapshot in the format of `inspectionQuery`'s answer, so that `decodeSnapshot` reads both. It omits only what a
 * snapshot does not have: the plain list of table and index names.
 * @returns a JSON value
 */
export function encodeSnapshot(snapshot: Snapshot): Record<string, unknown> {
  const triggers = snapshot.triggers.map((t) => ({ kind: "trigger", ...t }));
  const others = snapshot.others.map((o) => ({ ...o, table: o.name }));
  return {
    inspection: inspectionVersion,
    objects: [...others, ...triggers],
    tables: snapshot.tables.map((table) => encodeTable(table, snapshot)),
  };
}

function encodeTable(table: Table, { indexes }: Snapshot) {
  const { name, references } = table;
  return {
    name,
    withoutRowid: Number(table.withoutRowid),
    strict: Number(table.strict),
    columns: table.columns.map((c) => ({
      name: c.name,
      type: c.type,
      notNull: Number(c.notNull),
      default: c.default,
      primaryKey: c.primaryKey,
      // SQLite's number for a generated column.
      hidden: c.generated ? 2 : 0,
    })),
    references,
    indexes: indexes
      .filter((i) => i.table === name)
      .map((i) => ({
        name: i.name,
        unique: Number(i.unique),
        origin: i.implied ? "u" : "c",
        partial: Number(i.partial),
        columns: i.columns.map(({ descending, ...column }) => ({
          ...column,
          descending: Number(descending),
        })),
      })),
  };
}
