import { describe, expect, it } from "vitest";
import { explainText } from "../../src/explain/explain.js";
import { Problem } from "../../src/lib/problem.js";
import type { Check } from "../../src/plan/plan.js";
import { makeRedact } from "../../src/redaction/redact.js";
import { secretsIn } from "../../src/redaction/secrets.js";
import { truncate } from "../../src/redaction/truncate.js";
import { fitToWidth } from "../../src/screen/fit.js";
import { differenceTree, verificationTable } from "../../src/screen/parts.js";
import { makeStyle } from "../../src/screen/style.js";
import { problemText } from "../../src/screen/summary.js";
import { table } from "../../src/screen/table.js";
import { wrap, wrapHard } from "../../src/screen/wrap.js";
import { resultWith } from "../support/results.js";
import { harmless, kinds, partsShown } from "../support/secret-kinds.js";
import { titled } from "../support/titles.js";

const redact = makeRedact(new Set(), new Set(), "/home/me");
const widths = [40, 80, 120];
const styleOf = (columns: number, color = false) =>
  makeStyle({ isTTY: true, columns }, { LANG: "C.UTF-8", TERM: "xterm" }, color);

it("the lists have at least 40 kinds of secrets and 20 harmless texts", () => {
  expect(new Set(kinds.map((k) => k.kind)).size).toBeGreaterThanOrEqual(40);
  expect(new Set(harmless).size).toBeGreaterThanOrEqual(20);
  for (const secret of kinds) expect(partsShown(secret.text, secret), secret.kind).not.toEqual([]);
});

describe.each(titled(kinds, ({ kind }) => kind))("every part of this secret is hidden: %s", (_, secret) => {
  const { text } = secret;
  const none = (shown: string) => expect(partsShown(shown, secret), shown).toEqual([]);

  it.each([
    ["alone", text],
    ["in a sentence", `It is ${text}, then.`],
    ["in quotes", `DEFAULT '${text}'`],
    ["behind a color", `\x1b[1m${text}\x1b[22m`],
    ["in JSON, behind a line's end", JSON.stringify(`a\n${text}\nb`)],
    ["behind a tab that was made visible", `a\\x09${text}`],
    ["between backticks", `\`${text}\``],
    ["twice in a line", `${text} ${text}`],
  ])("%s", (_, shown) => {
    none(redact(shown));
    expect(redact(redact(shown))).toBe(redact(shown));
  });

  it.each(widths)("in tables and texts of %d columns", (width) => {
    const style = styleOf(width);
    const said = `wrangler said: ${text}`;
    none(table(["Object", "Expected", "Found"], [["column a.b", "TEXT", `TEXT DEFAULT '${text}'`]], style));
    none(
      table(
        ["A", "B"],
        [
          [said, text],
          [text, ""],
        ],
        style,
      ),
    );
    const column = { name: text, type: "TEXT", notNull: false, default: null, primaryKey: 0 };
    const check: Check = {
      migration: null,
      provides: { kind: "column", table: "a", references: [], column },
      object: "column a.b",
      expected: "TEXT",
      actual: `TEXT DEFAULT '${text}'`,
      ok: false,
    };
    none(verificationTable([check], style));
    none(differenceTree([{ ...check, object: `column a.${text}` }], style));
    for (const lead of ["", "a ".repeat(width / 2 - 4)])
      for (const shown of [
        wrap(lead + text, width),
        wrapHard(lead + text, width),
        wrap(styleOf(width, true).bold(lead + text), width),
      ]) {
        none(shown);
        none(redact(fitToWidth(redact(shown), width)));
      }
    none(problemText(new Problem("NETWORK", said, `Do ${text}.`), resultWith(), style));
  });

  it("where a text is truncated", () => {
    for (let lead = 0; lead < 60; lead += 7) {
      none(truncate(`${"a ".repeat(lead)}${text} ${"b ".repeat(100)}`, 130));
      none(JSON.stringify(explainText(`${"a ".repeat(lead)}fetch failed ${text} ${"b ".repeat(100)}`)));
      none(JSON.stringify(explainText(`${"a ".repeat(80)} ${text} fetch failed`)));
    }
  });
});

it.each(harmless)("this harmless text is unchanged: %s", (text) => {
  for (const shown of [text, `It is ${text}, then.`, `\x1b[1m${text}\x1b[22m`, `\`${text}\``])
    expect(redact(shown)).toBe(shown);
  for (const width of widths) {
    const without = (shown: string) => shown.replace(/\s/g, "");
    expect(without(wrapHard(text, width))).toBe(without(text));
    expect(without(wrap(text, width).replaceAll(/npx (?=kv-manager-upgrade)/g, ""))).toContain(
      without(text).slice(-20),
    );
    const cells = table(["A", "B"], [[text, ""]], styleOf(width)).split("\n");
    const cell =
      width < 60
        ? cells.join("")
        : cells
            .slice(3, -1)
            .map((line) => line.split("│")[1])
            .join("");
    expect(without(cell)).toBe(without(text));
  }
});

it("a known secret is found URL-encoded and JSON-escaped", () => {
  const secret = 'k/+ "ü=1234';
  const own = makeRedact(new Set(secretsIn({ MY_SECRET: secret })), new Set(), "");
  expect(own(`?a=${encodeURIComponent(secret)}&b ${JSON.stringify(secret)}`)).toBe(
    '?a=[hidden]&b "[hidden]"',
  );
});
