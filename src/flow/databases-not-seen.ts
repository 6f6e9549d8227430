import type { Connection } from "../project/connection.js";
import { databasesElsewhere } from "../project/databases-elsewhere.js";
import type { WizardSession } from "./wizard-session.js";

/**
 * Returns the databases that were found but not checked yet.
 * @param looking the one that is being checked now
 */
export function databasesNotSeen({ project, seen }: WizardSession, looking?: Connection): Connection[] {
  const known = seen.map((s) => s.connection);
  return project === null
    ? []
    : databasesElsewhere(project.targets, looking === undefined ? known : [...known, looking]);
}
