// What an advice leaves open until it is known which database it is about.

/** The flags that name the database, in a command. */
export const databasePlaceholder = "{database}";
/** The file of a local database. */
export const filePlaceholder = "{file}";

/** Where that file is, as far as it can be told without knowing the database. */
export const someLocalFile = "(one of those in .wrangler/state/v3/d1, beside the Wrangler config)";

/** The same where no local database is meant. */
export const fileNamedAbove = "(the one that wrangler names above)";

/**
 * An advice without blanks.
 * @param flags what names the database, as words of a command
 * @param file the file of a local database
 */
export function filled(advice: string, flags: string, file = someLocalFile): string {
  return advice.replaceAll(databasePlaceholder, flags).replaceAll(filePlaceholder, file);
}
