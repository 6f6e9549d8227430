import * as messages from "../messages/page.js";
import { element } from "./elements.js";

/** A box to paste into. */
export interface Box {
  /** Its label, hint and the box itself. */
  parts: HTMLElement[];
  /** Returns the whole text that was entered. */
  text: () => string;
}

/** The pause in typing after which the text is processed. */
const pauseMilliseconds = 250;

/** The most that a box shows in full. More, above all many lines, would take a browser minutes to render. */
const shownWhole = { characters: 60_000, lines: 2000 };
/** Characters shown of a longer text. */
const beginning = 5000;

/**
 * Makes a box to paste into; of a long text it shows only the beginning.
 * @param id unique on the page
 * @param changed called soon after each change
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
  // The full text, if the box shows only its beginning.
  let whole: string | null = null;
  const take = (event: Event, text = "") => {
    if (text.length <= shownWhole.characters && text.split("\n").length <= shownWhole.lines) return;
    event.preventDefault();
    box.value = text.slice(0, beginning);
    whole = text;
    cut.replaceChildren(messages.cut(text.length));
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

/** Makes the line that shows the result of a box: screen readers announce it when it changes. */
export function endLine(): { line: HTMLElement; say: (text: string, look: string) => void } {
  const line = element("p", { class: "end", role: "status" });
  return {
    line,
    say: (text, look) => {
      line.className = `end ${look}`;
      // Do not announce the same text twice.
      if (line.textContent !== text) line.textContent = text;
    },
  };
}
