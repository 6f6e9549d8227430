import * as messages from "../messages/page.js";
import { type Child, element } from "./elements.js";

/** A row of buttons, and a place for the result of the last one pressed. */
export function buttonRow(...make: ((say: (text: string) => void) => Child)[]): HTMLElement {
  const said = element("p", { role: "status" });
  const say = (text: string) => said.replaceChildren(text);
  return element("div", { class: "buttons" }, ...make.map((one) => one(say)), said);
}

/** A button. @param look `main` for the primary one */
export function button(label: string, press: () => void, look = ""): HTMLButtonElement {
  const made = element("button", { type: "button", class: look === "" ? false : look }, label);
  made.addEventListener("click", press);
  return made;
}

/** Shows a text, and a button that copies it. */
export function copyable(text: string, label: string): HTMLElement[] {
  const block = element("pre", {}, text);
  return [block, buttonRow(copyButton(label, text, block))];
}

/**
 * Makes a button that copies a text.
 * @param text exactly what is copied
 * @param shownIn the element in which the text is selected instead, if the browser does not allow copying
 */
export function copyButton(label: string, text: string, shownIn: HTMLElement) {
  return (say: (text: string) => void) =>
    button(label, () => {
      copy(text).then(
        () => say(messages.copied),
        () => {
          select(text, shownIn);
          say(messages.selected);
        },
      );
    });
}

/** Makes a button that saves a text as a file, entirely within the browser. */
export function downloadButton(label: string, text: string, name: string) {
  return (say: (text: string) => void) =>
    button(label, () => {
      const address = URL.createObjectURL(new Blob([text], { type: "application/sql" }));
      element("a", { href: address, download: name }).click();
      // Some browsers read it only after the click event.
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      say(messages.saved);
    });
}

async function copy(text: string): Promise<void> {
  // Undefined in browsers that do not treat a page from disk as secure.
  if (navigator.clipboard === undefined) throw new Error("no clipboard");
  await navigator.clipboard.writeText(text);
}

/** Shows the text that would have been copied, and selects it. */
function select(text: string, shownIn: HTMLElement): void {
  shownIn.replaceChildren(text);
  const around = shownIn.closest("details");
  if (around !== null) around.open = true;
  getSelection()?.selectAllChildren(shownIn);
}
