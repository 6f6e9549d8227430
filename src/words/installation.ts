/** Files of this package that are gone or cut off, in one sentence. @param lost at least one path within the package */
export function damaged(name: string, [first = "", ...more]: string[]): string {
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  return `The installation of ${name} is damaged: ${first}${others} ${more.length === 0 ? "is" : "are"} missing or incomplete.`;
}

/** @param why what Node said of a file that is there and cannot be loaded */
export function cannotStart(name: string, why: string): string {
  return `${name} cannot be started: ${why.split("\n")[0]}.`;
}

/** What to do about it. @param folder the package's, where no command installs it again by itself */
export function installAgain(command: string | null, folder: string): string {
  return command === null
    ? `Nothing was changed. Delete the folder ${folder}, install it again, then run this again.`
    : `Nothing was changed. Install it again, then run this again:\n  ${command}`;
}
