import * as words from "../words/page.js";
import { element } from "./elements.js";

/** A box to paste into. */
export interface Box {
  /** Its label, hint and the box itself. */
  parts: HTMLElement[];
  /** What is in it. */
  text: () => string;
}

/** How long nobody must have typed before something is made of it. */
const pauseMilliseconds = 250;

/**
 * A box to paste into, which takes no more than is read: a browser shows a text of 20 MB for minutes.
 * @param id unique on the page
 * @param longest characters
 * @param changed is called soon after each change
 * @param refused is called where a text is longer, which is then not put into the box
 */
export function pasteBox(
  id: string,
  { paste, pasteHint }: { paste: string; pasteHint: string },
  longest: number,
  changed: () => void,
  refused: () => void,
): Box {
  const box = element("textarea", {
    ...{ id, rows: "6", autocomplete: "off", autocapitalize: "off", spellcheck: "false" },
    "aria-describedby": `${id}-hint`,
  });
  const guard = (event: Event, text: string | undefined) => {
    if ((text ?? "").length <= longest) return;
    event.preventDefault();
    refused();
  };
  box.addEventListener("paste", (event) => guard(event, event.clipboardData?.getData("text/plain")));
  box.addEventListener("drop", (event) => guard(event, event.dataTransfer?.getData("text/plain")));
  let waiting: ReturnType<typeof setTimeout> | undefined;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, pauseMilliseconds);
  });
  return {
    parts: [
      element("label", { for: id, class: "enter" }, paste),
      element("p", { id: `${id}-hint`, class: "hint enter" }, pasteHint),
      box,
    ],
    text: () => box.value,
  };
}

/** The sentence that says what came of a box: screen readers read it out when it changes. */
export function endLine(): { line: HTMLElement; say: (text: string, look: string) => void } {
  const line = element("p", { class: "end", role: "status" });
  return {
    line,
    say: (text, look) => {
      line.className = `end ${look}`;
      // What is said twice is not to be read out twice.
      if (line.textContent !== text) line.textContent = text;
    },
  };
}

/** Notes as paragraphs, and no more of them than somebody reads. */
export function noteList(notes: string[]): HTMLElement[] {
  const most = 20;
  const more = notes.length - most;
  const lines = more > 0 ? [...notes.slice(0, most), words.moreNotes(more)] : notes;
  return lines.map((line) => element("p", {}, line));
}
