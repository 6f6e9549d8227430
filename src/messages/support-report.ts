/** The texts of a support report, which is read by people who help others on GitHub. */

export const title = "KV Manager upgrade: support report";

export const sections = {
  error: "Error",
  database: "Database",
  versions: "Versions and system",
  configs: "Configs and bindings found",
  migrations: "Migrations",
  checks: "Checks",
  sql: "Pending SQL",
  lastFailure: "Last failure",
  schema: "Schema",
  issue: "Open an issue",
};

/** The first line of a report: when it was made, and by what version. `at` is ISO 8601. */
export function madeBy(version: string, at: string): string {
  return `Made by kv-manager-upgrade ${version} at ${at}. Tokens and e-mail addresses are removed, ids shortened; it contains no rows.`;
}

export const noError = "No error while this report was made.";

/** Added if an earlier failure is not solved. */
export const errorBefore = "See the section Last failure below.";

/** A part of the report that could not be made. */
export function partFailed(why: string): string {
  return `Not available: ${why}`;
}

export const noDatabaseAsked =
  "No database was read: the report was made without --local, --remote or --preview. Add one of them to include a database.";

/** The same, if that was already said above. */
export const noDatabaseBefore = "Unknown: no database was read.";

export const predictedOnly = "No database was read: this is predicted from the date.";

/** The command line asks for a database, but it could not be reached. */
export const notReached = "This database was requested but could not be reached; see the error.";

/** Shown in place of a binding. */
export const noBinding = "none: found by its name, without a config";
export const notNamed = "not named (--binding was not given)";

/** Shown after the path of the state folder. */
export const namedFolder = "named with --persist-to: the state of a container, or of another folder";

export const partlyUpgraded = "unknown; the schema is partly upgraded";

export const fromSavedSchema = "Read from a saved schema, without a database.";

/** Shown above parts that do not come from the saved schema. */
export const ofThisComputer =
  "This describes the computer that made the report; the saved schema may come from a different one.";

export const failureLeftOut =
  "Omitted: the last failure on this computer may be unrelated to the saved schema.";

/** A database's location in the migration guide's terms. */
export function locationText(location: string): string {
  const kinds: Record<string, string> = {
    local: "development (--local)",
    remote: "production (--remote)",
    preview: "preview (--preview)",
  };
  return kinds[location] ?? location;
}

/** Says whether the statements were applied to the database. */
export function appliedText(applied: boolean | null): string {
  if (applied === null) return "It is not known whether anything was changed.";
  return applied ? "The statements are in the database." : "Nothing was changed.";
}

export const nothingPending = "Nothing is pending.";
export const notKnown = "Not known.";
export const noFailureKept = "No failure is remembered for this project.";

/** Says whether the remembered failure was solved since. */
export function solvedText(at: string | null): string {
  return at === null
    ? "Not solved since, as far as this program knows."
    : `Solved since: a later run succeeded at ${at}.`;
}

export const schemaHint =
  "The schema as it was read: names and declarations. From it, `kv-manager-upgrade status --snapshot FILE` shows the same plan, without the database.";

/** The schema was cut to what concerns KV Manager. */
export function schemaCut(left: number): string {
  return `The database has many other objects; ${left} of them are left out here, which changes nothing for KV Manager.`;
}

export const schemaTooLong =
  "The schema is too long for an issue. `kv-manager-upgrade report --json` has it.";
export const noSchema = "No schema was read.";

/** The last line of `report` and `explain`. @param address the URL of the web page */
export const alsoInBrowser = (address: string) =>
  `The same in a browser, with nothing to install: ${address}`;

export const issueHint = "Look through the report, then open this link; the form is filled in:";
export const issueHintShort =
  "Look through the report, then open this link and paste the report into the form. The link has the title and the most important lines:";
export const issueHintTitle =
  "Look through the report, then open this link and paste the report into the form:";

/** Shown where a link's text was cut off. */
export const pasteTheRest = "(Paste the whole report of `kv-manager-upgrade report` here.)";

/** The title of an issue. */
export function issueTitle(code: string | null, where: string | null): string {
  const what = code === null ? "database upgrade" : `${code} in a database upgrade`;
  return where === null ? `Help with: ${what}` : `Help with: ${what}, ${where}`;
}

/** The title of an issue about several databases. @param codes the error codes of any failures */
export function issueTitleOfAll(count: number, codes: string[]): string {
  return issueTitle(codes.join(", ") || null, `${count} databases`);
}

export const copies = {
  there: "a local copy exists",
  none: "no local copy",
  unknown: "local copy not checked",
};

/** Which KV Manager the plan is for, and how that is known. */
export function plannedFor({ version, from }: { version: string; from: string }): string {
  return `${version} (${reasons[from] ?? from})`;
}

const reasons: Record<string, string> = {
  flag: "as chosen",
  checkout: "the version of the checkout",
  database: "the database already has some of its tables",
  default: "the default",
};

/** The heading and table header for several databases. */
export const overview = "Databases";
export const overviewHead = ["Database", "Bound as", "State"];

/** A part that is identical for another database. @param name the name of that one, as code */
export const asBefore = (name: string) => `The same as for ${name}.`;
