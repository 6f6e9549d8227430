// Placeholders in advice, filled in once the database is known.

/** The flags that name the database, in a command. */
export const databasePlaceholder = "{database}";
/** The file of a local database. */
export const filePlaceholder = "{file}";

/** Where that file is, as far as can be said without knowing the database. */
const someLocalFile = "(a file in .wrangler/state/v3/d1, next to the Wrangler config)";

/** The same if the database is not a local one. */
export const fileNamedAbove = "(the one that wrangler names above)";

/**
 * Fills in the placeholders of an advice.
 * @param flags the flags that name the database, quoted for a command line
 * @param file the file of a local database
 */
export function filled(advice: string, flags: string, file = someLocalFile): string {
  return advice.replaceAll(databasePlaceholder, flags).replaceAll(filePlaceholder, file);
}
