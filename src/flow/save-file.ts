import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Question } from "../prompts/prompts.js";
import { wrap } from "../screen/wrap.js";
import { shownPath } from "../shown-path.js";
import { cannotSave, fileExists } from "../words/wizard.js";
import type { Guide } from "./guide.js";
import { isBack } from "./questions.js";

/** A file to write, in words. */
export interface FileWords {
  question: Question;
  /** What Enter alone calls it. */
  name: string;
  /** What is said when it is written. */
  saved: (file: string) => string;
}

/**
 * Asks for a file and writes a text into it; an existing file is never overwritten. The user may go back instead.
 * @throws {Cancelled}
 */
export async function saveFile(
  { asker, output, request, style }: Guide,
  { question, name, saved }: FileWords,
  text: string,
): Promise<void> {
  for (;;) {
    const typed = await asker.text(question, { value: name, shown: name }, (answer) =>
      !isBack(answer) && existsSync(resolve(request.cwd, answer)) ? fileExists(answer) : null,
    );
    if (isBack(typed)) return;
    const file = resolve(request.cwd, typed);
    const shown = shownPath(file, process.cwd());
    try {
      writeFileSync(file, text, { flag: "wx" });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      output.result(wrap(code === "EEXIST" ? fileExists(shown) : cannotSave(message), style.width));
      continue;
    }
    output.result(`\n${wrap(saved(shown), style.width)}`);
    return;
  }
}
