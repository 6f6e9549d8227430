import { Problem } from "../lib/problem.js";

/** An error in the command line, in one sentence; nothing was contacted. Its code is USAGE. */
export function usage(message: string): Problem {
  return new Problem("USAGE", message, 'Run "kv-manager-upgrade --help" for all commands and flags.');
}

/** A word after the command is not a flag. */
export function unexpectedArgument(word: string): Problem {
  return usage(`Unexpected argument: ${word}`);
}

/** Two of `local`, `remote`, `preview` are given. */
export function twoLocations(one: string, other: string): Problem {
  return usage(`Use only one of --${one} and --${other}.`);
}

/** The value of `--cwd` is not a folder. */
export function noSuchFolder(folder: string): Problem {
  return usage(`There is no folder "${folder}".`);
}

/**
 * On Windows, a backslash before the closing quotation mark of a path.
 * @param flag with its dashes
 * @param path the text before that mark
 */
export function swallowedQuote(flag: string, path: string): Problem {
  return usage(
    `The value of ${flag} has a quotation mark in it, because of the backslash before it. Write ${flag} "${path.replace(/\\+$/, "")}" without a backslash at the end.`,
  );
}

/** `--persist-to` is given without `--local`. */
export function persistToWithoutLocal(): Problem {
  return usage("--persist-to requires --local.");
}

/** `--backup` is given with `--preview`. */
export function backupWithPreview(): Problem {
  return usage("--backup cannot be used with --preview: it would export the deployed database.");
}

/** `--backup` is given, and the preview database was chosen in the wizard. */
export function backupOfPreview(): Problem {
  return usage("--backup cannot be used with a preview database: it would export the deployed one.");
}

/** `-c=FILE`. */
export function shortFlagWithEqualsSign(): Problem {
  return usage("A short flag takes its value without an equals sign, as in -c FILE.");
}

/** @param flag as typed, with its dashes */
export function unknownFlag(flag: string): Problem {
  return usage(`Unknown flag: ${flag}`);
}

/** @param flag with its dashes */
export function takesNoValue(flag: string): Problem {
  return usage(`${flag} takes no value.`);
}

/** @param flag with its dashes */
export function needsValue(flag: string): Problem {
  return usage(`${flag} needs a value.`);
}

/** `--config =FILE`; `flag` with its dashes. */
export function valueBeginsWithEqualsSign(flag: string): Problem {
  return usage(`The value of ${flag} starts with an equals sign; write ${flag} VALUE.`);
}

/** The first word is not a command. */
export function unknownCommand(word: string): Problem {
  return usage(`Unknown command: ${word}`);
}

/** A flag (with its dashes) of another command. */
export function flagNotAllowed(flag: string, command: string): Problem {
  return usage(`${flag} cannot be used with ${command}.`);
}

/** A flag (with its dashes) without the command that it needs. */
export function flagNeedsCommand(flag: string, commands: readonly string[]): Problem {
  return usage(`${flag} works only with ${commands.join(" or ")}.`);
}

/** `--timeout` with anything but whole seconds. */
export function invalidTimeout(text: string): Problem {
  return usage(`--timeout takes a positive whole number of seconds, not "${text}".`);
}

/** Says why a text is not a day; the wizard shows it too. */
export function notADay(text: string): string {
  return `"${text}" is not a date; use YYYY-MM-DD, such as 2025-11-08.`;
}

/** Says why a day cannot be a deploy date; the wizard shows it too. */
export function inTheFuture(day: string): string {
  return `"${day}" is in the future.`;
}

/** The location of a new database is given twice. */
export function locationAndJurisdiction(): Problem {
  return usage("--d1-location cannot be used with --jurisdiction, which decides the location.");
}

/** A location can be chosen only for a deployed database. */
export function placeWithoutRemote(flag: string): Problem {
  return usage(`--${flag} requires --remote.`);
}

/** Cloudflare has no such location for a database. */
export function unknownD1Location(flag: string, known: string[], place: string): Problem {
  return usage(`--${flag} takes one of ${known.join(", ")}, not "${place}".`);
}
