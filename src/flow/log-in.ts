import { Wrangler } from "../database/wrangler/wrangler.js";
import * as messages from "../messages/wizard.js";
import type { Connection } from "../project/connection.js";
import { settingsFor } from "./context.js";
import type { WizardSession } from "./wizard-session.js";

/** Hands the terminal to wrangler for its login, and shows a message if that failed. */
export async function logIn(connection: Connection, session: WizardSession): Promise<void> {
  const { prompter, output } = session;
  prompter.close();
  const isLoggedIn = await new Wrangler(settingsFor(connection, session)).login(connection);
  if (!isLoggedIn) output.note(`\n${messages.loginFailed}`);
}
