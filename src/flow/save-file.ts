import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { cannotSave, fileExists } from "../messages/wizard.js";
import type { Question } from "../prompts/renderer.js";
import { wrap } from "../screen/wrap.js";
import { numbered } from "./numbered.js";
import { isBack } from "./questions.js";
import { typedPath } from "./typed-path.js";
import type { WizardSession } from "./wizard-session.js";

/** The texts about a file to write. */
export interface FileWords {
  question: Question;
  /** The file name if the user just presses Enter. */
  name: string;
  /** Shown once it is written. */
  saved: (file: string) => string;
}

/** Returns a name that no file has yet, with a number if needed. */
function freeName(name: string, cwd: string): string {
  for (let n = 1; ; n++) {
    const free = numbered(name, n);
    if (!existsSync(resolve(cwd, free))) return free;
  }
}

/**
 * Asks for a file and writes a text to it; an existing file is never overwritten. The user may go back instead.
 * @throws {Cancelled}
 */
export async function saveFile(
  { prompter, output, request, style }: WizardSession,
  { question, name, saved }: FileWords,
  text: string,
): Promise<void> {
  for (;;) {
    const free = freeName(name, request.cwd);
    const typed = await prompter.text(question, { value: free, shown: free }, (answer) =>
      !isBack(answer) && existsSync(typedPath(answer, request.cwd)) ? fileExists(answer) : null,
    );
    if (isBack(typed)) return;
    const file = typedPath(typed, request.cwd);
    const shown = displayPath(file, currentFolder());
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
