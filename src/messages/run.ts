/** What both user interfaces say about a run: what was found, how it ended, what to do next. */
import { count } from "./shared.js";

/** How a run ended and what that means for the database, in a sentence or two. */
export const ended = {
  nothingPredicted: "Nothing should be pending.",
  upToDate: "The database is up to date.",
  pending: (n: number) =>
    n === 0 ? `${onlyIdMissing} ${nothingChanged}` : `${count(n, "statement")} pending; nothing was changed.`,
  upgraded: (n: number) =>
    `Upgraded: ${count(n, "statement")} applied in one transaction and verified in the database.`,
  setUp: "Set up: the whole schema was written and verified. No migration is needed.",
  byAnother: (prepared: string[]) =>
    `Another run finished first: it added everything that was missing, which was verified in the database. ${prepared.length === 0 ? "This run changed nothing." : prepared.join(" ")}`,
  byOneOfTwo:
    "Upgraded: everything that was missing has been added, which was verified in the database. The response to the write was lost, so another run may have added it.",
  leftEmpty: (prepared: string[]) => `The database is empty. ${changed(prepared)}`,
  /** The command that continues is shown below it. */
  pendingAfter: (n: number, prepared: string[]) =>
    `${n === 0 ? onlyIdMissing : `${count(n, "statement")} pending.`} ${prepared.join(" ")} Nothing else was changed.`,
  cancelled: (prepared: string[]) => `Cancelled. ${changed(prepared)}`,
  cancelledLater: (setsUp: boolean) =>
    `Cancelled during the write: it was finished and verified, and the database is ${setsUp ? "set up" : "upgraded"}.`,
};
/** A first setup found a database that lacks nothing. */
const onlyIdMissing = "The schema is up to date. What is missing is the id of the database in the config.";
export const nothingChanged = "Nothing was changed.";

/** What happened to a database, to be shown later. @param known whether that is certain */
export const written = (where: string, setsUp: boolean, known: boolean) => {
  const what = setsUp ? "set up" : "upgraded";
  return known ? `The ${where} was ${what}.` : `Whether the ${where} was ${what} is not known.`;
};

/** @param prepared what this run has already changed: sentences */
export const changed = (prepared: string[]) =>
  prepared.length === 0
    ? nothingChanged
    : `${prepared.join(" ")} Nothing else was changed; run the same command again to continue.`;

/** What the schema says about the deploy date, compared with the user's answer. */
export const deployed = {
  predicted: (day: string) => `Predicted for a first deployment on ${day}, without looking at a database.`,
  empty: "New or empty: it gets the whole schema. No migration is needed.",
  noEra: (partly: boolean) =>
    partly
      ? "The schema matches no released version: it is partly upgraded."
      : "The schema matches no version of KV Manager.",
  era: (when: string) => `The schema matches a first deployment ${when}.`,
  anyTime: "at any time",
  before: (day: string) => `before ${day}`,
  since: (day: string) => `on or after ${day}`,
  between: (from: string, to: string) => `between ${from} and ${to}`,
  agrees: (day: string, ids: string) =>
    `For the date you gave, ${day}, these should be missing: ${ids}. The database agrees.`,
  differs: (day: string, ids: string, lacks: string) =>
    `For the date you gave, ${day}, these should be missing: ${ids}. The database lacks ${lacks}. The upgrade follows the database, not the date.`,
  nothing: "nothing",
};

/** @param migrations the names of those pending or partly applied */
export const pending = (migrations: string[]) => `Pending: ${migrations.join(", ")}.`;
export const partly = "partly applied";

/** Next steps; those that end in a colon are followed by a command. */
export const next = {
  apply: "To apply:",
  idFirst: "This writes its id to the config and nothing to the database:",
  checkAgain: "Check again at any time with:",
  deploy: "Next: deploy the new version of KV Manager; its database is ready.",
  deployedToo:
    "This was only the local copy. Next: upgrade the deployed database too, then deploy the new version.",
  deployFirst: "Next: deploy KV Manager; its database is ready.",
  startFirst: "Next: start KV Manager on this computer; its local database is ready.",
  renameFirst: (binding: string, config: string) =>
    `Next: rename the binding ${binding} in ${config} to METADATA, which is what KV Manager reads, then run this again.`,
  backup: (file: string) => `The backup is in ${file}.`,
  restore: (command: string) =>
    `To restore the database to just before this upgrade:\n  ${command}\nThis undoes everything written since then, including by KV Manager and its users.`,
  undo: "To remove what was added, including everything written to it since:",
  manually: (example: string | null) =>
    `To do it by hand, run these one after the other${example === null ? "" : `; for the database of wrangler dev, replace the name and flags after "execute" with ${example}`}:`,
  better: "Better, because it checks what is there first:",
  same: "The same without questions, for a script:",
  sameBackup: "Give --backup a new file name each time.",
};

/** Headers and words of the tables. */
export const migrationHead = ["Migration", "Status", "Missing"];
export const checkHead = ["Object", "Expected", "Found", "Result"];
export const tree = { there: "present", missing: "missing", inTheWay: "conflict" };
export const check = {
  ok: "ok",
  differs: "ok (definition differs)",
  missing: "missing",
  conflict: "conflict",
  nothing: "nothing",
};

/** What takes a moment, as shown while it runs. */
export const doing = {
  inspecting: "Reading the schema",
  "restore-point": "Reading the restore point",
  backup: "Exporting the database first",
  listing: "Listing the account's databases",
  creating: "Creating the database",
  applying: "Applying the statements and reading the schema again",
};

/** The same for an unattended run, which says it once. @param where the database, in one line */
export function announced(work: keyof typeof doing, where: string, isLocal: boolean): string {
  if (work === "inspecting") return `${doing.inspecting} of ${where} …`;
  const effect = work === "backup" && !isLocal ? "; it is unavailable while this runs" : "";
  return `${doing[work]}${effect} …`;
}

/**
 * A config has the name of one database but the id of another.
 * @param name the database that the config names
 * @param owner the database that the id belongs to
 */
export function otherName(name: string, owner: string, config: string): string {
  return `The database_id in ${config} belongs to ${owner}, not to ${name}. This run uses ${owner}.`;
}

export const finishing = "Finishing the write first, then exiting.";
export const waiting = (why: string, seconds: number) => `${why} Trying again in ${seconds} s …`;
export const noRestorePoint = (why: string) => `Note: there is no restore point for this upgrade. ${why}`;
export const note = (text: string) => `Note: ${text}`;
