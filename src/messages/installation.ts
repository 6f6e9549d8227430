/** Files of this package are missing or truncated. @param lost at least one path within the package */
export function damaged(name: string, [first = "", ...more]: string[]): string {
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  return `The installation of ${name} is damaged: ${first}${others} ${more.length === 0 ? "is" : "are"} missing or incomplete.`;
}

/** @param why Node's error about a file that exists but cannot be loaded */
export function cannotStart(name: string, why: string): string {
  return `${name} cannot be started: ${why.split("\n")[0]}.`;
}

/** What to do about it. @param folder the package's folder, used if no command can reinstall it */
export function installAgain(command: string | null, folder: string): string {
  return command === null
    ? `Nothing was changed. Delete the folder ${folder}, install it again, then run this again.`
    : `Nothing was changed. Install it again, then run this again:\n  ${command}`;
}
