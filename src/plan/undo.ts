import type { PlannedStatement } from "./plan.js";

/**
 * The statements that take out again what an upgrade has added, in the opposite order; with them goes what was
 * written there since. For databases that have no restore point.
 * @param statements those that were sent
 * @returns SQL in one line each, without double quotes, as a command by hand needs it
 */
export function undoStatements(statements: PlannedStatement[]): string[] {
  return statements.toReversed().map(({ sql, provides }) => {
    const name = (text: string) => identifier(text, sql);
    return provides.kind === "column"
      ? `ALTER TABLE ${name(provides.table)} DROP COLUMN ${name(provides.column.name)}`
      : `DROP ${provides.kind.toUpperCase()} ${name(provides.name)}`;
  });
}

/** A name as SQL needs it: in brackets where it has to be quoted, or was, since it may be a keyword. */
function identifier(name: string, sql: string): string {
  const wasQuoted = [`"${name}"`, `[${name}]`, `\`${name}\``].some((text) => sql.includes(text));
  return wasQuoted || !/^[A-Za-z_]\w*$/.test(name) ? `[${name}]` : name;
}
