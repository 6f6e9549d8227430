import { withOwnCommand } from "../lib/own-command.js";
import { redacted } from "../redaction/redacted.js";

/** The contents of an element: strings are always text, never HTML; null is omitted. */
export type Child = Node | string | null;

/**
 * Makes an element.
 * @param attributes as in HTML; those that are `false` are omitted
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

/** A text as the program would show it: redacted, and with its own command run through npx. */
export function shown(text: string): string {
  return withOwnCommand(redacted(text), "npx kv-manager-upgrade");
}

/** Sentences as paragraphs; a line indented by two spaces is a command to copy. */
export function prose(text: string): HTMLElement[] {
  return shown(text)
    .split("\n")
    .map((line) => (line.startsWith("  ") ? element("pre", {}, line.trim()) : element("p", {}, line)));
}

/** A summary that opens to show more. */
export function details(summary: string, ...children: Child[]): HTMLElement {
  return element("details", {}, element("summary", {}, summary), ...children);
}
