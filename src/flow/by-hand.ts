import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { executeByHand } from "../database/printed-command.js";
import { oneLine } from "../plan/one-line.js";
import type { Result } from "../result.js";
import { sqlText } from "../screen/parts.js";
import { wrap } from "../screen/wrap.js";
import { shownPath } from "../shown-path.js";
import * as words from "../words/wizard.js";
import type { Guide } from "./guide.js";
import { isBack } from "./questions.js";

/** What a file of SQL needs of a style: no colour, and the comments as they are. */
const forFile = { accent: (text: string) => text, dim: (text: string) => text, width: 110 };

/** Asks for a file and writes the planned SQL into it; an existing file is never overwritten. */
export async function saveSql(result: Result, { asker, output, request }: Guide): Promise<void> {
  for (;;) {
    const typed = await asker.text(
      words.saveWhere,
      { value: words.defaultSqlFile, shown: words.defaultSqlFile },
      (text) => (!isBack(text) && existsSync(resolve(request.cwd, text)) ? words.fileExists(text) : null),
    );
    if (isBack(typed)) return;
    const file = resolve(request.cwd, typed);
    const shown = shownPath(file, process.cwd());
    try {
      writeFileSync(file, `${sqlText(result.statements, forFile)}\n`, { flag: "wx" });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      output.result(code === "EEXIST" ? words.fileExists(shown) : words.cannotSave(message));
      continue;
    }
    return output.result(`\n${words.savedTo(shown)}`);
  }
}

/** Shows the wrangler command that does by hand what is planned. */
export function showCommand({ connection, statements }: Result, { output, style }: Guide): void {
  if (connection === null) return;
  const sql = statements.map((s) => oneLine(s.sql));
  output.result(`\n${wrap(words.byHand, style.width)}\n  ${executeByHand(connection, sql, process.cwd())}\n`);
}
