import { withOwnCommand } from "../lib/own-command.js";
import { redacted } from "../redaction/redacted.js";

/** What stands within an element: texts are texts, whatever is in them; null is nothing. */
export type Child = Node | string | null;

/**
 * Makes an element.
 * @param attributes as in HTML; one that is `false` is left out
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | false> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== false) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A text as the program would show it: without secrets, and with its own name as npx needs it. */
export function shown(text: string): string {
  return withOwnCommand(redacted(text), "npx kv-manager-upgrade");
}

/** Sentences as paragraphs; a line that begins with spaces is a command, to be copied. */
export function prose(text: string): HTMLElement[] {
  return shown(text)
    .split("\n")
    .map((line) => (line.startsWith("  ") ? element("pre", {}, line.trim()) : element("p", {}, line)));
}

/** A text with all that it can be opened to. */
export function details(summary: string, ...children: Child[]): HTMLElement {
  return element("details", {}, element("summary", {}, summary), ...children);
}
