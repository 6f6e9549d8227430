// Ways to change a JSON text with comments in a single place. As for TOML, each function yields candidates, and the
// caller takes the first one that means what is intended.
import { applyEdits, findNodeAtLocation, type JSONPath, modify, type Node, parseTree } from "jsonc-parser";
import { lineEnd } from "./edit-toml.js";

const options = { allowTrailingComma: true };

/** The text with the value at a path replaced. */
export function* valueSet(text: string, path: JSONPath, value: string): Generator<string> {
  const node = nodeAt(text, path);
  if (node !== null)
    yield text.slice(0, node.offset) + JSON.stringify(value) + text.slice(node.offset + node.length);
}

/** The text with a property replaced by another. */
export function* propertyReplaced(
  text: string,
  path: JSONPath,
  key: string,
  value: unknown,
): Generator<string> {
  const property = nodeAt(text, path)?.parent;
  if (property?.type !== "property") return;
  const { offset, length } = property;
  yield `${text.slice(0, offset)}${JSON.stringify(key)}: ${JSON.stringify(value)}${text.slice(offset + length)}`;
}

/** The texts without a property: with its whole line removed, comments included, or else as little as possible. */
export function* propertyRemoved(text: string, path: JSONPath): Generator<string> {
  const property = nodeAt(text, path)?.parent;
  if (property === undefined) return;
  const indent = indentAt(text, property.offset);
  const end = text.indexOf("\n", property.offset + property.length);
  if (indent !== null && end !== -1)
    yield text.slice(0, property.offset - indent.length) + text.slice(end + 1);
  yield applyEdits(text, modify(text, path, undefined, {}));
}

/** The texts with one more property at the end of the object at a path, in its own layout. */
export function* propertyAdded(text: string, path: JSONPath, key: string, value: unknown): Generator<string> {
  const object = nodeAt(text, path);
  if (object?.type !== "object") return;
  const last = object.children?.at(-1);
  const end = lineEnd(text);
  if (last === undefined) {
    const at = object.offset + 1;
    yield `${text.slice(0, at)} ${propertyText(key, value, "", "", end)} ${text.slice(at)}`;
    return;
  }
  const after = last.offset + last.length;
  const indent = indentAt(text, last.offset);
  if (indent !== null) {
    // On separate lines: below the last property and any comment beside it.
    const property = propertyText(key, value, indent, unitOf(text), end);
    const line = text.slice(after).search(/\r?\n/);
    const lineStop = line === -1 ? text.length : after + line;
    const beside = text.slice(after, lineStop);
    const comma = /^\s*,/.test(beside);
    yield `${text.slice(0, after)}${comma ? "" : ","}${beside}${end}${indent}${property}${comma ? "," : ""}${text.slice(lineStop)}`;
    yield `${text.slice(0, after)},${end}${indent}${property}${text.slice(after)}`;
  }
  yield `${text.slice(0, after)}, ${propertyText(key, value, "", "", end)}${text.slice(after)}`;
}

/** The texts with one value in the empty list at a path, over several lines if the file's layout has them. */
export function* listFilled(text: string, path: JSONPath, value: unknown): Generator<string> {
  const list = nodeAt(text, path);
  if (list?.type !== "array" || (list.children?.length ?? 0) > 0) return;
  const start = list.offset + 1;
  const stop = list.offset + list.length - 1;
  const indent = indentAt(text, list.parent?.offset ?? 0);
  if (indent !== null && text.slice(start, stop).trim() === "")
    yield text.slice(0, list.offset) +
      valueText([value], indent, unitOf(text), lineEnd(text)) +
      text.slice(stop + 1);
  yield `${text.slice(0, start)}${JSON.stringify(value)}${text.slice(start)}`;
}

function nodeAt(text: string, path: JSONPath): Node | null {
  const root = parseTree(text, [], options);
  return (root === undefined ? undefined : findNodeAtLocation(root, path)) ?? null;
}

/** The white space before an offset, if nothing else precedes it on its line; otherwise null. */
function indentAt(text: string, offset: number): string | null {
  const before = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, offset));
  return before === null ? null : (before[1] ?? "");
}

/** One step of the file's indentation: that of its first indented line. */
function unitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? "\t";
}

function propertyText(key: string, value: unknown, indent: string, unit: string, end: string): string {
  return `${JSON.stringify(key)}: ${valueText(value, indent, unit, end)}`;
}

/** A value; over several lines if it is an object or a list and the layout has indentation. */
function valueText(value: unknown, indent: string, unit: string, end: string): string {
  return JSON.stringify(value, null, unit)
    .split("\n")
    .join(end + indent);
}
