import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAst } from "vitest/node";
import { packageFolder } from "../support/project.js";

/** The most words a sentence may have; a value filled in at run time counts as one. */
const longest = 40;

const rules: [fault: string, pattern: RegExp][] = [
  ["an exclamation mark", /[\p{L}\p{N}"'`)\]]!/u],
  ["a character that not every terminal has", /[^\n\x20-\x7e…—–×“”‘’]/u],
  ["an unwanted word", /\b(please|abort(s|ed|ing)?|invalid|utili[sz](e|es|ed|ing)|simply)\b/i],
  // "Just before" is a time.
  ["an unwanted word", /\bjust\b(?! (before|after|as))/i],
];

/**
 * Returns the texts in TypeScript source: string literals, and template literals with an X for each value, without
 * import paths.
 */
function textsIn(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const part of node) visit(part);
    if (!isNode(node) || node.type === "ImportDeclaration") return;
    if (node.type === "Literal" && typeof node.value === "string") texts.push(node.value);
    if (node.type === "TemplateLiteral") texts.push(node.quasis.map((q) => q.value.cooked).join("X"));
    for (const part of Object.values(node)) visit(part);
  };
  visit(parseAst(source, { lang: "ts" }).body);
  return texts;
}

type Node =
  | { type: "ImportDeclaration" }
  | { type: "Literal"; value: unknown }
  | { type: "TemplateLiteral"; quasis: { value: { cooked: string } }[] };

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Returns the faults of a text. */
function faultsOf(text: string): string[] {
  const found = rules.flatMap(([fault, pattern]) => (pattern.test(text) ? `${fault} in: ${text}` : []));
  // A line that starts with a space is a command or a list item.
  const sentences = text.split(/(?<=[.?!])\s+|\n(?=\s)/);
  const long = sentences.filter((sentence) => sentence.split(/\s+/).filter(Boolean).length > longest);
  return [...found, ...long.map((sentence) => `more than ${longest} words in: ${sentence}`)];
}

const words = (count: number) => Array.from({ length: count }, () => "word").join(" ");

describe("the text check finds", () => {
  it.each([
    ["an exclamation mark", 'export const a = "Done!";'],
    ["an exclamation mark behind a value", `export const a = (b: string) => \`Done with \${b}!\`;`],
    ["one within a value", `export const a = (b: boolean) => \`It is \${b ? "there!" : "gone"}.\`;`],
    ["an exclamation mark behind quotes", `export const a = 'There is no "b"!';`],
    ["an emoji", 'export const a = { b: "Done 🎉" };'],
    ["an escaped emoji", 'export const a = "Done \\u{1F389}";'],
    ["an arrow", 'export const a = "this → that";'],
    ["an unwanted word", 'export function a() { return b("Please wait."); }'],
    ["a word that belittles", 'export const a = "Just run it.";'],
    ["a long sentence", `export const a = "Short. ${words(41)}.";`],
    ["a long sentence over two lines", `export const a = \`${words(21)}\n${words(20)}\`;`],
  ])("%s", (_, source) => {
    expect(textsIn(source).flatMap(faultsOf)).toHaveLength(1);
  });
});

describe("the text check accepts", () => {
  it.each([
    [
      "what is no text",
      'import a from "./simply!.js"; // Done!\nexport const b = /Done!|invalid/.test(a) || !a;',
    ],
    ["a time", 'export const a = "As it was just before.";'],
    ["codes", 'export const a = "CONFIG_INVALID";'],
    ["dots and dashes", 'export const a = "Waiting … 2 × 3 – or — “so”, a != b";'],
    ["a sentence that is long enough", `export const a = "${words(40)}. ${words(40)}.";`],
    ["a list", `export const a = "${words(30)}:\\n  ${words(20)}\\n  ${words(20)}";`],
  ])("%s", (_, source) => {
    expect(textsIn(source).flatMap(faultsOf)).toEqual([]);
  });
});

describe("the user-facing text", () => {
  const files = [
    ...["messages", "diagnostics"].flatMap((folder) =>
      readdirSync(join(packageFolder, "src", folder)).map((name) => `src/${folder}/${name}`),
    ),
    ...["flags", "help"].map((name) => `src/command-line/${name}.ts`),
  ];

  it.each(files)("follows the rules in %s", (file) => {
    const texts = textsIn(readFileSync(join(packageFolder, file), "utf8"));
    // There must be prose, or a file that was parsed wrongly would pass.
    expect(texts.filter((text) => /[a-z] [a-z]/.test(text)).length).toBeGreaterThan(0);
    expect(texts.flatMap(faultsOf)).toEqual([]);
  });
});
