/**
 * What the wizard asks and says, in the order in which it is read. Plain, active and short; technical terms only if KV
 * Manager's own guide uses them.
 */
import { doing as inEveryRun } from "./run.js";
import { count } from "./shared.js";

/** Shown under the title. */
export const howToLeave = "Press Ctrl-C to exit at any question. Nothing changes unless you say yes.";

/** The answer under the cursor when the question was left. */
export const notChosen = (answer: string) => `${answer} (not chosen)`;

/** Shown after the letters that answer a question. */
export const shortcutsLabel = "shortcuts";

export const back = { label: "Back", hint: "to the previous question", key: "b" };

export const deployDate = {
  question: {
    message: "When was this KV Manager first deployed?",
    why: "What an older deployment lacks depends on that date. The database itself is the best source.",
  },
  answers: {
    detect: { label: "Detect it from the database (recommended)", hint: "" },
    know: { label: "I know the date", hint: "it is compared with what the database says" },
  },
};

export const deployDay = {
  message: "Date of the first deployment",
  why: "Press Enter if you do not know it, or type b to go back.",
};

export const deployDayForm = "YYYY-MM-DD";

/** @param setsUp whether it is for a first setup */
export const whichLocation = (setsUp: boolean) => ({
  message: `Which database do you want to ${setsUp ? "set up" : "upgrade"}?`,
  why: `wrangler dev keeps its own local copy on this computer, which is ${setsUp ? "set up" : "upgraded"} separately.`,
});

/**
 * @param exists null if only wrangler knows
 * @param names the databases that were found, as text
 */
export function localAnswer(exists: boolean | null, names: string) {
  return exists
    ? { label: "Local: the copy used by wrangler dev, a good place to try", hint: `found: ${names}` }
    : {
        label: "Local: the copy used by wrangler dev",
        hint: exists === null ? "not checked yet" : "not created yet",
      };
}

/** @param names the databases that the configs name, as text */
export function remoteAnswer(names: string, setsUp: boolean) {
  return {
    label: setsUp ? "Remote: the deployed database" : "Remote: the deployed database, your production data",
    hint: names === "" ? "no database_id in the configs" : names,
  };
}

export function previewAnswer(names: string) {
  return { label: "Preview: the database in preview_database_id", hint: names };
}

export const folderAnswer = {
  label: "Docker: a folder mounted into a container",
  hint: "changes the files on this computer",
};
export const whichFolder = {
  message: "Which folder is mounted?",
  why: "The one mounted as the container's .wrangler/state. It is changed in place, not copied. Type b to go back.",
};
export const noDatabaseIn = (folder: string, exists: boolean) =>
  `${folder} ${exists ? "has no D1 database" : "does not exist"}.`;

export const whichDatabase = {
  message: "Which database?",
  why: "The Wrangler configs list several.",
};

/** What is known about a database of the list. */
export function databaseHint(known: {
  binding: string;
  config: string;
  env: string | null;
  likely: boolean;
  exists: boolean;
  /** Whether KV Manager's tables were found in the file of a local copy. */
  used: boolean;
}): string {
  return [
    `binding ${known.binding} in ${known.config}`,
    known.env === null ? "" : `environment ${known.env}`,
    known.used ? "has KV Manager's tables" : "",
    known.used ? "" : known.likely ? "named like KV Manager's" : "not named like KV Manager's",
    known.exists ? "" : "not created yet",
  ]
    .filter(Boolean)
    .join(", ");
}

/** The config has the name of one database but the id of another. */
export const acceptName = (name: string) => `Is ${name} the database you mean?`;

/** Shown for a question that was answered without asking. */
export const inConfig = (database: string, config: string) => `${database} in ${config}`;
export const onlyOne = "the only one";
export const fromFlag = (flag: string) => `from ${flag}`;

/** What takes a moment, as shown while it runs. */
export const doing = { ...inEveryRun, applying: "Adding what is missing, then verifying it" };

/** The same once it is done. */
export const done = {
  inspecting: "Read the schema",
  "restore-point": "Read the restore point",
  backup: "Exported the database",
  listing: "Listed the account's databases",
  creating: "Created the database",
  applying: "Added what was missing and verified it",
};

/**
 * What is about to happen, before the question.
 * @param statements how many
 */
export function recap(known: {
  statements: number;
  setsUp: boolean;
  location: "local" | "remote" | "preview";
  /** Whether it is in a folder that may be mounted into a container. */
  mounted: boolean;
  backup: string | null;
}): [what: string, text: string][] {
  const { statements, setsUp, location, mounted, backup } = known;
  const parts = count(statements, "statement");
  const exportBlocks = backup !== null && location !== "local";
  const back =
    location === "remote"
      ? "a restore point is noted just before, and the restore command is shown at the end."
      : "the command that removes the additions is shown at the end.";
  const lines: [string, string | null][] = [
    ["First:", backup === null ? null : exportedFirst(backup, exportBlocks)],
    ["What changes:", setsUp ? `the whole schema is created (${parts}).` : whatChanges(statements)],
    ["How:", "in one transaction: everything or nothing."],
    ["What stays:", setsUp ? null : whatStays(mounted || exportBlocks)],
    ["How to undo it:", setsUp ? null : back],
    ["Next:", setsUp ? afterSetup(location, mounted) : afterUpgrade(location, mounted)],
  ];
  return lines.flatMap(([what, text]) => (text === null ? [] : [[what, text]]));
}

function exportedFirst(file: string, blocks: boolean): string {
  return blocks
    ? `an export to ${file}; the database is unavailable while it runs.`
    : `an export to ${file}.`;
}

/** @param statements how many */
export function whatChanges(statements: number): string {
  return `only what is missing is added (${count(statements, "statement")}).`;
}

/** @param pauses whether something is unavailable in the meantime: a stopped container, a database being exported */
export function whatStays(pauses: boolean): string {
  return pauses ? "every row." : "every row. There is no downtime, and running jobs continue.";
}

export function afterUpgrade(location: string, mounted: boolean): string {
  if (mounted) return "start the container again, with the new version of KV Manager.";
  return location === "remote"
    ? "deploy the new version of KV Manager. The version you run now ignores the additions."
    : "upgrade the deployed database too, then deploy the new version of KV Manager.";
}

function afterSetup(location: string, mounted: boolean): string {
  if (mounted) return "start the container.";
  return location === "local" ? "start KV Manager on this computer." : "deploy KV Manager.";
}

export const sqlHeading = "The SQL that will be sent:";

export function applyQuestion(database: string, setsUp: boolean) {
  return { message: `${setsUp ? "Write the schema into" : "Apply this to"} the ${database}?`, why: "" };
}

export const applyAnswers = {
  yes: { label: "Yes, upgrade it now", hint: "", key: "y" },
  setUp: { label: "Yes, set it up now", hint: "", key: "y" },
  no: { label: "No, leave it as it is", hint: "", key: "n" },
  save: {
    label: "Save the SQL to a file instead",
    hint: "to read it first",
    key: "s",
  },
  command: { label: "Show the wrangler command instead", hint: "to run it by hand", key: "w" },
};

const whyNewFile = "An existing file is never overwritten. Type b to go back.";
export const saveWhere = {
  message: "Save the SQL to which file?",
  why: whyNewFile,
};
export const defaultSqlFile = "kv-manager-upgrade.sql";
export const savedTo = (file: string) =>
  `Saved to ${file}. The database was not changed. To run it yourself, choose "Show the wrangler command instead".`;
export const reportWhere = {
  message: "Write the report to which file?",
  why: whyNewFile,
};
export const defaultReportFile = "kv-manager-report.md";
export const reportSavedTo = (file: string) =>
  `Saved to ${file}. Look through it, then paste it into an issue.`;
export const fileExists = (file: string) => `${file} already exists. Choose another name.`;
export const cannotSave = (why: string) => `That file cannot be written (${why}). Choose another name.`;
export const byHand =
  "To do it yourself, run this command. It applies everything or nothing. Run it only once, and only if the schema has not changed since it was read:";

/** @param exists false for a local copy that was never created */
export const emptyDatabase = (exists: boolean) => ({
  message: exists ? "This database is empty. Set it up?" : "This local copy does not exist yet. Set it up?",
  why: "It needs no migration: the whole schema is created. If you expected data, this may be the wrong database.",
});
export const setUpAnswers = {
  yes: { label: "Yes, show what would be created", hint: "nothing is created yet", key: "y" },
  no: { label: "No, leave it empty", hint: "", key: "n" },
  other: { label: "No, choose another database", hint: "others were found", key: "n" },
};

/** @param why what is missing */
export const installQuestion = (command: string, why: string) => ({
  message: `Run "${command}" now?`,
  why,
});
export const yesNo = {
  yes: { label: "Yes", hint: "", key: "y" },
  no: { label: "No", hint: "", key: "n" },
};

export const noRestorePoint = (why: string) => `There is no restore point. ${why}`;
export const continueWithoutRestorePoint = {
  message: "Continue without a restore point?",
  why: "The upgrade only adds, so you will rarely need one.",
};

/** Shown after a failure. @param again whether it is the same as in the previous attempt */
export const afterFailure = (again: boolean) => ({
  message: "What next?",
  why: again ? "This is the same failure as before, so Enter exits." : "",
});
export const afterFailureAnswers = {
  again: { label: "Try again", hint: "reads the schema again and asks before it adds anything" },
  look: { label: "Check the database again", hint: "reads it and shows what is missing" },
  login: { label: "Log in to Cloudflare", hint: "opens your browser" },
  account: { label: "Choose the Cloudflare account", hint: "your login has access to several" },
  pickDatabase: {
    label: "Choose among the account's databases",
    hint: "writes its id to the config",
  },
  another: { label: "Choose another database", hint: "" },
  nextOne: { label: "Continue with the next database", hint: "this one is left as it is" },
  command: { label: "Show the wrangler command", hint: "to do it by hand" },
  setup: { label: "Set up a first installation here", hint: "asks before each step" },
  report: { label: "Write a support report", hint: "a file for a GitHub issue, without secrets" },
  leave: { label: "Exit", hint: "" },
};

export const whichAccount = {
  message: "Which Cloudflare account holds the database?",
  why: "Your login has access to several.",
};
export const whichOfAccount = (config: string) => ({
  message: "Which of the account's databases is it?",
  why: `Its id is then written into ${config}.`,
});
export const noneOfThese = { label: "None of these", hint: "" };
export const idWritten = (config: string) => `The chosen id was written into ${config}.`;
/** @param why a sentence, or an empty string if the file's layout is the reason */
export const writeIdYourself = (config: string, why: string) =>
  `${why === "" ? `${config} could not be changed safely.` : why} Write the id into it yourself.`;

export const loginFailed = "The login failed. You can run npx wrangler login in another terminal.";

/** Shown after a success. */
export const continueWithAnother = {
  message: "Continue with another database?",
  why: "These were found too. You see what is pending before anything changes.",
};
export const doneAnswer = { label: "No, I am done", hint: "", key: "n" };

/** For numbered questions. */
export const howToAnswer = (choices: number, initial: number) =>
  `Type a number from 1 to ${choices}, or press Enter for ${initial}:`;
export const notOneOf = (line: string, choices: number) => `"${line}" is not a number from 1 to ${choices}.`;
