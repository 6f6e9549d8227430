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

/** What a box shows whole. Of more, and above all of many lines, a browser makes a picture for minutes. */
const shownWhole = { characters: 60_000, lines: 2000 };
/** Characters of a longer text that it shows. */
const beginning = 5000;

/**
 * A box to paste into, which shows of a long text only the beginning.
 * @param id unique on the page
 * @param changed is called soon after each change
 */
export function pasteBox(
  id: string,
  { paste, pasteHint }: { paste: string; pasteHint: string },
  changed: () => void,
): Box {
  const box = element("textarea", {
    ...{ id, rows: "6", autocomplete: "off", autocapitalize: "off", spellcheck: "false" },
    "aria-describedby": `${id}-hint ${id}-cut`,
  });
  const cut = element("p", { id: `${id}-cut`, class: "hint enter", hidden: "" });
  // All of a text of which the box shows only the beginning.
  let whole: string | null = null;
  const take = (event: Event, text = "") => {
    if (text.length <= shownWhole.characters && text.split("\n").length <= shownWhole.lines) return;
    event.preventDefault();
    box.value = text.slice(0, beginning);
    whole = text;
    cut.replaceChildren(words.cut(text.length));
    cut.hidden = false;
    changed();
  };
  box.addEventListener("paste", (event) => take(event, event.clipboardData?.getData("text/plain")));
  box.addEventListener("drop", (event) => take(event, event.dataTransfer?.getData("text/plain")));
  let waiting: ReturnType<typeof setTimeout> | undefined;
  box.addEventListener("input", () => {
    whole = null;
    cut.hidden = true;
    clearTimeout(waiting);
    waiting = setTimeout(changed, pauseMilliseconds);
  });
  return {
    parts: [
      element("label", { for: id, class: "enter" }, paste),
      element("p", { id: `${id}-hint`, class: "hint enter" }, pasteHint),
      box,
      cut,
    ],
    text: () => whole ?? box.value,
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
