import { describe, expect, it } from "vitest";
import {
  parseAccounts,
  parseFailure,
  parseJson,
  parseResults,
} from "../../../src/database/wrangler/wrangler-output.js";

const answer = [
  { results: [], success: true, meta: { duration: 0 } },
  { results: [{ a: 1, b: null }], success: true, meta: {} },
];
const rows = [{ rows: [] }, { rows: [{ a: 1, b: null }] }];
const pretty = JSON.stringify(answer, null, 2);
const compact = JSON.stringify(answer);

const banner = "\n ⛅️ wrangler 3.114.0\n--------------------\n";
const update = "[WARNING] update available 4.86.0";
const ending = '\n🪵  Logs were written to "/home/me/.config/.wrangler/logs/wrangler.log"\n';

describe("parseResults", () => {
  it.each([
    ["alone", compact],
    ["in many lines", pretty],
    ["after a blank line", `\n${pretty}\n`],
    ["after a banner", `${banner}\n${pretty}`],
    ["after a line that begins like JSON", `${update}\n${pretty}`],
    ["after a line that begins with a brace", `{not json}\n${pretty}`],
    ["before a log line", pretty + ending],
    ["before a line that ends like JSON", `${pretty}\n[done]\n`],
    ["with everything around it and CRLF", `${banner}${update}\n${pretty}${ending}`.replaceAll("\n", "\r\n")],
  ])("reads results %s", (_, stdout) => {
    expect(parseResults(stdout)).toEqual(rows);
  });

  it("keeps strings that look like the end of the document", () => {
    const odd = [{ results: [{ a: "x\n]\n}\n[", b: "]" }], success: true }];
    expect(parseResults(`${banner}${JSON.stringify(odd, null, 2)}${ending}`)).toEqual([
      { rows: [{ a: "x\n]\n}\n[", b: "]" }] },
    ]);
  });

  it.each([
    ["nothing", ""],
    ["blank lines", "\n\n"],
    ["plain text", "🌀 Executing on local database"],
    ["cut off in many lines", pretty.slice(0, -2)],
    ["cut off in one line", compact.slice(0, -1)],
    ["cut off in the middle", pretty.slice(0, pretty.length / 2)],
    ["an empty list", "[]"],
    ["an object", '{"results": [], "success": true}'],
    ["an error", '{"error": {"text": "no such table"}}'],
    ["not successful", '[{"results": [], "success": false}]'],
    ["success in words", '[{"results": [], "success": "true"}]'],
    ["one of two not successful", '[{"results": [], "success": true}, {"results": [], "success": false}]'],
    ["without rows", '[{"success": true}]'],
    ["rows that are no list", '[{"results": {}, "success": true}]'],
    ["a list of nothing", "[null]"],
    ["a list of numbers", "[1, 2]"],
  ])("finds no results in: %s", (_, stdout) => {
    expect(parseResults(stdout)).toBeNull();
  });
});

describe("parseFailure", () => {
  it.each([
    [
      "a text",
      '\n{"error": {"text": "no such table: x: SQLITE_ERROR"}}',
      "no such table: x: SQLITE_ERROR",
      null,
    ],
    [
      "notes and a number",
      '{\n  "error": {\n    "text": "A request to the API failed.",\n    "notes": [{"text": "bad [code: 7500]"}, {"text": "more"}],\n    "code": 7500\n  }\n}',
      "A request to the API failed.\nbad [code: 7500]\nmore",
      7500,
    ],
    ["a plain error", '{"error": "fetch failed"}', "fetch failed", null],
    ["a number as a text", '{"error": {"text": "a", "code": "7403"}}', "a", null],
    [
      "odd notes",
      '{"error": {"text": 5, "notes": [null, {}, {"text": null}, {"text": "one"}, "two"]}}',
      "one",
      null,
    ],
    ["notes that are no list", '{"error": {"text": "a", "notes": "b"}}', "a", null],
    ["a banner before", `${banner}${update}\n{"error": {"text": "a"}}\n`, "a", null],
  ])("reads %s", (_, stdout, text, code) => {
    expect(parseFailure(stdout, " beside\n")).toEqual({ text, code, aside: "beside" });
  });

  it.each([
    ["", "", ""],
    ["", " ✘ [ERROR] not logged in\n", "✘ [ERROR] not logged in"],
    ["out\n", "err", "err\nout"],
    ["{broken", "", "{broken"],
    ['{"error": null}', "why", 'why\n{"error": null}'],
    ["[]", "why", "why\n[]"],
  ])("joins the plain text of stdout %j and stderr %j", (stdout, stderr, text) => {
    expect(parseFailure(stdout, stderr)).toEqual({ text, code: null, aside: "" });
  });

  const error = "✘ [ERROR] no way";
  const warning = "▲ [WARNING] Processing wrangler.toml configuration:\n\n    - Unexpected fields\n";
  it.each([
    ["a warning alone", warning, ""],
    ["a warning before", `${warning}\n${error}\n`, error],
    ["a warning behind", `${error}\n\n${warning}`, error],
    ["warnings around", `${warning}${error}\n  more\n${warning}${warning}`, `${error}\n  more`],
    ["a warning in colors", `\x1b[33m▲ \x1b[43;30m[WARNING]\x1b[0m old\n\x1b[31m${error}\x1b[0m`, error],
    ["a warning as Windows has it", `! [WARNING] old\nX [ERROR] no way`, "X [ERROR] no way"],
    ["the word in a sentence", "this is no [WARNING] at all", "this is no [WARNING] at all"],
  ])("drops warnings: %s", (_, printed, text) => {
    expect(parseFailure("", printed)).toEqual({ text, code: null, aside: "" });
    expect(parseFailure(printed, "")).toEqual({ text, code: null, aside: "" });
    expect(parseFailure('{"error": "a"}', printed)).toEqual({ text: "a", code: null, aside: text });
    expect(parseFailure('{"error": {"text": "a", "code": 7500}}', printed)).toEqual({
      ...{ text: "a", code: 7500, aside: text },
    });
  });

  it("drops nothing from one stream because of a warning on the other", () => {
    expect(parseFailure("the reason", warning).text).toBe("the reason");
    expect(parseFailure(warning, "the reason").text).toBe("the reason");
  });
});

describe("parseJson", () => {
  it.each<[string, unknown]>([
    ["", null],
    ["  {}", null],
    ["{}", {}],
    ['a\n{"b":\n1}\nc', { b: 1 }],
    ["[1]\n[2]", [1]],
    ['{"a": 1', null],
    ["[12:00:01] started\n[1]", [1]],
  ])("finds the first JSON value, if any, in %j", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});

describe("parseAccounts", () => {
  const id = "0123456789abcdef0123456789abcdef";
  it.each([
    ["none", "More than one account available", []],
    ["a name", `Available accounts are:\n  \`Jo's Account\`: \`${id}\`\n`, [{ id, name: "Jo's Account" }]],
    ["a hidden name", `\`(redacted)\`: \`${id}\``, [{ id, name: null }]],
    ["no name", `\`\`: \`${id}\``, [{ id, name: null }]],
    ["a name with backticks", `\`a\`: \`b\`: \`${id}\``, [{ id, name: "a`: `b" }]],
    ["no id", "`Jo`: `1234`", []],
    [
      "two",
      `\`A\`: \`${id}\`\r\n\`B\`: \`${id}\``,
      [
        { id, name: "A" },
        { id, name: "B" },
      ],
    ],
  ])("reads the accounts of a login: %s", (_, text, accounts) => {
    expect(parseAccounts(text)).toEqual(accounts);
  });
});

it("parseFailure removes colors from plain text", () => {
  expect(parseFailure("", "\x1b[31m✘ \x1b[41;97m[ERROR]\x1b[0m no").text).toBe("✘ [ERROR] no");
});

it("parseFailure ends a warning where plain text starts again", () => {
  const stderr =
    "\u25b2 [WARNING] an update is there\n\n  more of it\n\nworkerd: database is locked: SQLITE_BUSY\n";
  expect(parseFailure('{"error":"internal"}', stderr).aside).toBe("workerd: database is locked: SQLITE_BUSY");
  const error = "\u2718 [ERROR] fetch failed\n";
  expect(parseFailure("", `\u25b2 [WARNING] odd field\n\n    "foo"\n${error}`).text).toBe(error.trim());
});
