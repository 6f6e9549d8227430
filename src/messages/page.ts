/** The texts of the web page that the program does not share. */
import { count } from "./shared.js";
import * as wizard from "./wizard.js";

export const title = "Upgrade KV Manager's database";

export const intro = [
  "This page finds out what the D1 database of a self-hosted KV Manager lacks, and gives you the SQL that adds it. You need a browser and the D1 console of Cloudflare's dashboard, or wrangler.",
  "Nothing that you enter leaves this page. It sends nothing, and it remembers nothing: a reload clears it.",
];

export const headings = {
  version: "1. Which KV Manager",
  database: "2. What the database has",
  missing: "3. What is missing",
  verify: "4. Verify",
  error: "5. Explain an error",
};

/** The first step. */
export const version = {
  /** The first choice, which is the default, like Enter everywhere else. */
  unsure: "Not sure (use the report or the database)",
  major: (major: string) => `KV Manager ${major}.x`,
  minor: (minor: string) => `KV Manager ${minor}.x`,
  newest: (minor: string, newest: string) => `KV Manager ${minor}.x or later (newest known here: ${newest})`,
  deployed: "When was KV Manager first deployed? (optional)",
  deployedHint:
    "Compared with the database. Without a result in step 2, this date alone predicts what is missing.",
};

/** The second step. */
export const database = {
  howTo:
    "In Cloudflare's dashboard, open your D1 database (kv-manager-metadata by default) and its Console. Run this query there. It reads names and definitions, never a row.",
  copyQuery: "Copy the query",
  showQuery: "Show the query",
  terminal: "With wrangler in a terminal instead",
  copyCommand: "Copy the wrangler command",
  paste: "Paste the result here",
  pasteHint:
    "What the console shows (its JSON, the one cell, or the whole table), what wrangler printed, a saved schema, or a support report.",
  show: "Show what is missing",
};

/** Shown in the third step until there is something to show. */
export const nothingYet = "Paste a result in step 2, or enter a date in step 1.";

/** The same for the fourth step. */
export const nothingToVerify = "When the SQL has run, run the query again and paste the new result here.";

/** Replaces the program's advice if that is about files and commands. */
export const adviceOnPaste =
  "Run the query of step 2 again, and copy its whole result. A support report of kv-manager-upgrade works too.";

/** The pasted text contains the query, but no result. */
export const queryItself =
  "That is the query itself. Run it in the D1 console, and paste what the console shows.";

/** Which KV Manager a plan is for; replaces the program's sentences about its flags. */
export const plannedFor = {
  flag: (named: string) => `Planned for KV Manager ${named}, as the report says.`,
  default: (named: string) =>
    `Planned for KV Manager ${named}. KV Manager 2 needs more: choose it in step 1 if you use it.`,
};

export const prediction =
  "This is a prediction from the date, not what your database has. Paste the result of step 2 to be sure.";

export const subheadings = {
  tree: "What is there and what is missing",
  migrations: "Migrations",
  sql: "The SQL that adds what is missing",
  about: "Before you run it",
  back: "Remove the additions again",
  commands: "The wrangler commands",
  checks: "Each object, as needed and as found",
};

export const sql = {
  copy: "Copy for the D1 console",
  copyHint: "Paste it into the console and run it. The copy has one statement a line, without the comments.",
  download: "Download as a file",
  fileName: "kv-manager-upgrade.sql",
  copyCommands: "Copy the commands",
  copyBack: "Copy these statements",
};

/**
 * Says what is about to happen, like the wizard; but by hand there is no single transaction and no saved restore point.
 */
export function recap(
  statements: number,
  location: string,
  mounted: boolean,
): [what: string, text: string][] {
  return [
    ["What changes:", wizard.whatChanges(statements)],
    [
      "How:",
      "one statement after the other. If one fails, the ones before it stay: run the query again, and step 4 shows what is left.",
    ],
    ["What stays:", wizard.whatStays(mounted)],
    [
      "How to undo it:",
      location === "remote" ? timeTravel : "with the statements below, which remove the additions.",
    ],
    ["Next:", `verify it in step 4. Then ${wizard.afterUpgrade(location, mounted)}`],
  ];
}

const timeTravel =
  "note the time before you run it. Time Travel, in the dashboard on the page of the database, restores the whole database to that minute, and undoes everything written since. It covers the last 30 days on a paid plan, 7 on the free one. Or run the statements below, which remove only the additions.";

/** The fourth step. */
export const verify = {
  paste: "Paste the new result here",
  pasteHint: "The same query as in step 2, run again after the SQL.",
  check: "Verify",
  done: (named: string) => `Verified: the database has everything that KV Manager ${named} needs.`,
  left: (statements: number) => `Not finished: ${count(statements, "statement")} still to run.`,
  leftHint: "This is only what is left to run.",
};

/** The fifth step. */
export const error = {
  paste: "Paste the error text or a whole log",
  pasteHint: "From this program, wrangler, the D1 console or KV Manager.",
  explain: "Explain it",
  found: (known: number) => `Found ${count(known, "known error")}.`,
  /** Shown below advice that names a command. */
  here: "Without that program, steps 1 to 4 of this page give you the SQL for what is missing.",
  advice: "Ask for help in an issue, with this text and the report or the result of step 2.",
};

export const copied = "Copied.";
export const selected =
  "Your browser does not let a page copy. The text is selected: press Ctrl+C, or Cmd+C on a Mac.";
export const saved = "Downloaded.";

/** Shown below a box. @param length characters of the whole text */
export const cut = (length: number) => `The box shows only the start of ${length} characters.`;

/** What pasted text is called. */
export const pasted = "the text";

/** Replaces the notes beyond those shown. */
export const moreNotes = (more: number) => `And ${count(more, "more note")} of that kind.`;

/** Shown at the end of the page. */
export const madeBy = (made: string) => `Made by kv-manager-upgrade ${made}. MIT license.`;

/** An internal error of this page. */
export const fault = (why: string) =>
  `This page had an internal error: ${why}. Reload it and try again; if it happens again, report it with what you pasted.`;
