/** Texts for several databases: the table of `--all`, the summary below it, and the next steps. */
import { Problem } from "../lib/problem.js";
import { count, indented } from "./shared.js";

/** The header of the table, and the contents of its cells. */
export const head = ["Database", "Bound as", "Schema", "State"];
export const cells = {
  bound: (binding: string, config: string, env: string | null) =>
    `${binding} in ${config}${env === null ? "" : `, environment ${env}`}`,
  byName: "no config",
  noDatabase: "(config)",
  notRead: "not read",
  empty: "empty",
  foreign: "another program",
  partly: "partly upgraded",
  /** Between two days, or two migrations. */
  range: (first: string, last: string) => `${first} to ${last}`,
};

/** The state of each database in words; a failed one shows its error code too. */
export const states = {
  "up-to-date": "up to date",
  pending: "pending",
  upgraded: "upgraded",
  "set-up": "set up",
  empty: "empty",
  "not-kv-manager": "not KV Manager",
  conflict: "conflict",
  failed: "failed",
  unknown: "unknown",
  cancelled: "cancelled",
  "not-tried": "not tried",
};

/** @param done how many were read so far */
export const reading = (total: number, done: number) =>
  `Reading ${count(total, "database")}${done > 0 && done < total ? `, ${done} done` : ""}`;
/** @param failed how many could not be read; the others were cancelled */
export const read = (total: number, done: number, failed: number) =>
  [
    `Read ${done < total ? `${done} of ` : ""}${count(total, "database")}`,
    ...(failed > 0 ? [`${failed} could not be read`] : []),
  ].join("; ");

/** Shown above each upgrade of an unattended run. */
export const turn = (at: number, of: number, database: string) => `[${at} of ${of}] ${database}`;
export const turnEnded = {
  upgraded: "Upgraded and verified in the database.",
  "up-to-date": "Up to date: nothing was left to add.",
};

/** Shown above the databases that a failure affects. */
export const affects = "It affects:";

/** Lists bindings that are not in the table. @param place null if every place counts */
export function nowhere(bindings: string[], place: "local" | "preview" | "remote" | null): string {
  const lacks = {
    local: "no local copy yet",
    preview: "no id of a preview database",
    remote: "no id of a deployed database",
  };
  const why = place === null ? `${lacks.local}, and ${lacks.remote}` : lacks[place];
  return `Not included, since there is ${why}:\n${indented(bindings)}`;
}

/** `--all` found no existing database. @param what see `nowhere` */
export function noDatabases(what: string): Problem {
  return new Problem(
    "DATABASE_NOT_FOUND",
    `The configs name no database that exists already. ${what}`,
    'For a first installation, run "kv-manager-upgrade setup".',
  );
}

/** `--backup` is given, and one of the databases to upgrade is a preview database. */
export function backupWithoutPreview(names: string[], commands: string[]): Problem {
  return new Problem(
    "USAGE",
    `--backup cannot be used with a preview database, and ${names.join(", ")} is one: it would export the deployed database.`,
    `Run one command for each place instead:\n${indented(commands)}`,
  );
}

/**
 * Says how many databases are in each state, in a sentence or two.
 * @param states each with its count
 * @param unreadable how many configs cannot be read
 */
export function counts(total: number, states: [word: string, n: number][], unreadable: number): string {
  const configs = unreadable === 0 ? "" : ` ${count(unreadable, "config")} cannot be read.`;
  if (total === 0) return configs.trim();
  return `${count(total, "database")}: ${states.map(([word, n]) => `${n} ${word}`).join(", ")}.${configs}`;
}

/** After a run that stopped in the middle. */
export const stopped = {
  failed: "Stopped at the first failure; databases not tried are unchanged.",
  cancelled: "Cancelled; databases not tried are unchanged.",
  cancelledLast: "Cancelled during the last write, which was finished and verified.",
};

/** Next steps, each followed by its command. */
export const next = {
  deploy: "Next: deploy the new version of KV Manager; its deployed databases are ready.",
  apply: "Upgrade what is pending, one after the other, with:",
  goOn: "After fixing that, continue with the rest:",
  solved: "After fixing that, run it again:",
  goOnAfterCancel: "To continue with the rest:",
};

/** The header of the table of several saved schemas. */
export const savedHead = ["Database", "State"];
/** A saved schema that does not name its database. */
export const unnamed = (number: number) => `Database ${number}`;

/** Shown above the SQL for one or more databases. */
export const sqlFor = "The SQL for:";

/** In the wizard. */
export const question = {
  answer: (n: number) => ({
    label: "All of them, one after the other",
    hint: `${count(n, "database")}; shows and asks for each`,
  }),
  nth: (at: number, of: number) => `Database ${at} of ${of}`,
  whichVersion: "Which KV Manager will use these databases?",
  withoutLogin: { label: "Continue without them", hint: "asks about the others, one by one" },
  leaveOut: { label: "Skip", hint: "leave this database as it is", key: "b" },
};
