import * as words from "../words/page.js";
import { type Child, element } from "./elements.js";

/** A row of buttons, with a place that says what came of the last one. */
export function buttonRow(...make: ((say: (text: string) => void) => Child)[]): HTMLElement {
  const said = element("p", { role: "status" });
  const say = (text: string) => said.replaceChildren(text);
  return element("div", { class: "buttons" }, ...make.map((one) => one(say)), said);
}

/** A button. @param look `main` for the one that leads on */
export function button(label: string, press: () => void, look = ""): HTMLButtonElement {
  const made = element("button", { type: "button", class: look === "" ? false : look }, label);
  made.addEventListener("click", press);
  return made;
}

/**
 * A button that copies a text.
 * @param text exactly what is copied
 * @param shownIn has the same for whoever may not copy by a button: it is then selected
 */
export function copyButton(label: string, text: string, shownIn: HTMLElement) {
  return (say: (text: string) => void) =>
    button(label, () => {
      copy(text).then(
        () => say(words.copied),
        () => {
          select(text, shownIn);
          say(words.selected);
        },
      );
    });
}

/** A button that saves a text as a file, which never leaves the browser on its way. */
export function downloadButton(label: string, text: string, name: string) {
  return (say: (text: string) => void) =>
    button(label, () => {
      const address = URL.createObjectURL(new Blob([text], { type: "application/sql" }));
      element("a", { href: address, download: name }).click();
      // Some browsers read it only after the click is over.
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      say(words.saved);
    });
}

async function copy(text: string): Promise<void> {
  // Not there where a browser does not take a page from the disk for a safe one.
  if (navigator.clipboard === undefined) throw new Error("no clipboard");
  await navigator.clipboard.writeText(text);
}

/** Shows a text as it would have been copied, and selects it. */
function select(text: string, shownIn: HTMLElement): void {
  shownIn.replaceChildren(text);
  const around = shownIn.closest("details");
  if (around !== null) around.open = true;
  getSelection()?.selectAllChildren(shownIn);
}
