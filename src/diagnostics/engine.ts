import { databasePlaceholder, filePlaceholder } from "../messages/placeholders.js";
import { entry } from "./diagnostic.js";

/** The file of a local database was replaced during a request. */
export const fileReplaced = entry(
  "UNEXPECTED_OUTPUT",
  null,
  [],
  "The file of the local database was replaced while it was in use.",
  `See what the database has now:\n  kv-manager-upgrade status ${databasePlaceholder}`,
  "transient",
);

/** The file of a local database has disappeared since it was read. */
export const fileGone = entry(
  "DATABASE_NOT_FOUND",
  null,
  [],
  "The file of the local database is no longer there: it was moved or deleted in the meantime.",
  `It was:\n  ${filePlaceholder}\nPut it back, then run this again.`,
  "unsent",
);
