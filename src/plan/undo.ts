import type { PlannedStatement } from "./plan.js";

/**
 * Returns the statements that remove what an upgrade has added, in reverse order, with the data written there since.
 * For databases that have no restore point.
 * @returns one line of SQL each, without double quotes, as a command to be run by hand needs
 */
export function undoStatements(statements: PlannedStatement[]): string[] {
  return statements.toReversed().map(({ sql, provides }) => {
    const name = (text: string) => identifier(text, sql);
    return provides.kind === "column"
      ? `ALTER TABLE ${name(provides.table)} DROP COLUMN ${name(provides.column.name)}`
      : `DROP ${provides.kind.toUpperCase()} ${name(provides.name)}`;
  });
}

/** A name as SQL needs it: in brackets if it must be quoted, or was, since it may be a keyword. */
function identifier(name: string, sql: string): string {
  const wasQuoted = [`"${name}"`, `[${name}]`, `\`${name}\``].some((text) => sql.includes(text));
  return wasQuoted || !/^[A-Za-z_]\w*$/.test(name) ? `[${name}]` : name;
}
