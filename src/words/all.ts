/** What is said of several databases at once: the table of `--all`, its end, and what comes next. */
import { Problem } from "../lib/problem.js";
import { count } from "./run.js";

/** The head of the table, and what stands in its cells. */
export const head = ["Database", "Bound as", "Schema", "State"];
export const cells = {
  bound: (binding: string, config: string, env: string | null) =>
    `${binding} in ${config}${env === null ? "" : `, environment ${env}`}`,
  byName: "no config",
  noDatabase: "(config)",
  notRead: "not read",
  empty: "empty",
  foreign: "another program",
  partly: "no single day",
  /** Of two days, or of two migrations. */
  range: (first: string, last: string) => `${first} to ${last}`,
};

/** The word for each database; a failed one has its code too. */
export const states = {
  "up-to-date": "up to date",
  pending: "pending",
  upgraded: "upgraded",
  "set-up": "set up",
  empty: "empty",
  "not-kv-manager": "not KV Manager",
  conflict: "conflict",
  failed: "failed",
  unknown: "not known",
  cancelled: "cancelled",
  "not-tried": "not tried",
};

/** @param done how many were read so far */
export const reading = (total: number, done: number) =>
  `Reading ${count(total, "database")}${done > 0 && done < total ? `, ${done} done` : ""}`;
export const read = (total: number, done: number) =>
  done < total ? `Read ${done} of ${count(total, "database")}` : `Read ${count(total, "database")}`;

/** Above each upgrade of an unattended run. */
export const turn = (at: number, of: number, database: string) => `[${at} of ${of}] ${database}`;
export const turnEnded = {
  upgraded: "Upgraded and verified in the database.",
  "up-to-date": "Up to date: nothing was left to add.",
};

/** What only some of the databases have, one a line. */
export const concerns = (databases: string[]) => databases.map((database) => `  ${database}`).join("\n");
/** Above those that a failure is about. */
export const affects = "It affects:";

/** Bindings that the table does not have. @param place null where every place counts */
export function nowhere(bindings: string[], place: "local" | "preview" | "remote" | null): string {
  const lacks = {
    local: "no local copy yet",
    preview: "no id of a preview database",
    remote: "no id of a deployed database",
  };
  const why = place === null ? `${lacks.local}, and ${lacks.remote}` : lacks[place];
  return `Not in the table, since there is ${why}:\n${concerns(bindings)}`;
}

/** Nothing that `--all` could stand for. @param what see `nowhere` */
export function noneAtAll(what: string): Problem {
  return new Problem(
    "DATABASE_NOT_FOUND",
    `The configs name no database that exists already. ${what}`,
    'For a first set-up run "kv-manager-upgrade setup".',
  );
}

/** `--backup`, and one of those to be upgraded is a preview database. */
export function backupWithoutPreview(names: string[], commands: string[]): Problem {
  return new Problem(
    "USAGE",
    `--backup cannot be used with a preview database, and ${names.join(", ")} is one: it would export the deployed database.`,
    `Run one for each place instead:\n${concerns(commands)}`,
  );
}

/**
 * How many are in which state, in a sentence or two.
 * @param states each with its number
 * @param unreadable how many configs cannot be read
 */
export function counts(total: number, states: [word: string, n: number][], unreadable: number): string {
  const configs = unreadable === 0 ? "" : ` ${count(unreadable, "config")} cannot be read.`;
  if (total === 0) return configs.trim();
  return `${count(total, "database")}: ${states.map(([word, n]) => `${n} ${word}`).join(", ")}.${configs}`;
}

/** After a run that stopped in the middle. */
export const stopped = {
  failed: "It stopped at the one that failed; those that were not tried are as they were.",
  cancelled: "Cancelled; those that were not tried are as they were.",
  cancelledLast: "Cancelled during the last write, which was finished and verified.",
};

export const cancelledReading = "Cancelled. Nothing was changed.";

/** What to do next, each followed by its command. */
export const next = {
  deploy: "Next: deploy the new version of KV Manager; its deployed databases are ready.",
  apply: "Upgrade what is pending, one after the other, with:",
  goOn: "Once that is solved, the same again goes on with the rest:",
  solved: "Once that is solved, run the same again:",
  goOnAfterCancel: "The same again goes on with the rest:",
};

/** Over several saved schemas. */
export const savedHead = ["Database", "State"];
/** A saved schema that does not say which database it is of. */
export const unnamed = (number: number) => `Database ${number}`;

/** The SQL of one or several databases. */
export const sqlFor = "What would be added to:";

/** In the wizard. */
export const question = {
  answer: (n: number) => ({
    label: "All of them, one after the other",
    hint: `${count(n, "database")}; each with its own preview and its own question`,
  }),
  nth: (at: number, of: number) => `Database ${at} of ${of}`,
  whichVersion: "Which KV Manager will use these databases?",
  withoutLogin: { label: "Continue without these", hint: "only the others are upgraded" },
  leaveOut: { label: "Back", hint: "leave this one out", key: "b" },
};
