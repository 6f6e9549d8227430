import { executeByHand } from "../database/printed-command.js";
import { currentFolder } from "../lib/current-folder.js";
import * as messages from "../messages/wizard.js";
import { oneLine } from "../plan/sql-tokens.js";
import type { Facts } from "../run/result.js";
import { statementsText } from "../screen/parts.js";
import { wrap } from "../screen/wrap.js";
import { saveFile } from "./save-file.js";
import type { WizardSession } from "./wizard-session.js";

/** The style for a file of SQL: no color, and comments as they are. */
const forFile = { accent: (text: string) => text, dim: (text: string) => text, width: 110 };

/** Asks for a file and writes the planned SQL to it. */
export async function saveSql(facts: Facts, session: WizardSession): Promise<void> {
  const text = `${statementsText(facts.statements, forFile)}\n`;
  await saveFile(
    session,
    { question: messages.saveWhere, name: messages.defaultSqlFile, saved: messages.savedTo },
    text,
  );
}

/** Shows the wrangler command for applying the planned statements by hand. */
export function showCommand({ connection, statements }: Facts, { output, style }: WizardSession): void {
  if (connection === null) return;
  const sql = statements.map((s) => oneLine(s.sql));
  output.result(
    `\n${wrap(messages.byHand, style.width)}\n  ${executeByHand(connection, sql, currentFolder())}\n`,
  );
}
