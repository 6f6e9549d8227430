import { describe, expect, it } from "vitest";
import { decodeSnapshot } from "../../src/database/snapshot.js";
import { encodeSnapshot } from "../../src/database/snapshot-json.js";
import { title } from "../../src/messages/support-report.js";
import { decodeText } from "../../src/project/bounded-input.js";
import { snapshotIn } from "../../src/saved-schema/snapshot-in-text.js";
import { eraSchemas } from "../support/eras.js";
import { inspectionText, wranglersAnswer } from "../support/inspections.js";
import { pastedForms } from "../support/pasted-forms.js";

const inspection = inspectionText(eraSchemas["2025-11-10"]);
const answer = wranglersAnswer(eraSchemas["2025-11-10"]);
const expected = decodeSnapshot(JSON.parse(inspection));
const other = inspectionText(eraSchemas.oldest);
const crlf = (text: string) => text.replaceAll("\n", "\r\n");

describe("finding a schema in text", () => {
  const report = { outcome: "pending", report: { snapshot: encodeSnapshot(expected) } };
  it.each<[string, string]>([
    ...pastedForms(eraSchemas["2025-11-10"]),
    ["a report in JSON", JSON.stringify(report)],
  ])("succeeds for %s", (_, text) => {
    const nothingElse = { target: null, kvManager: null, notes: [] };
    expect(snapshotIn(text, "It")).toEqual({ snapshot: expected, ...nothingElse });
  });

  const database = {
    location: "local",
    binding: "METADATA",
    database: "kv-manager-metadata-dev",
    config: "wrangler.dev.toml",
    env: null,
    persistTo: "~/my state",
  };
  it("returns the database that a report names", () => {
    const text = JSON.stringify({ report: { snapshot: { ...encodeSnapshot(expected), target: database } } });
    expect(snapshotIn(text, "It")).toEqual({
      snapshot: expected,
      target: database,
      kvManager: null,
      notes: [],
    });
  });

  it.each([
    ["another location", { location: "moon" }],
    ["a name that a shell would carry out", { database: "x; rm -rf ." }],
    ["a name that is a flag", { config: "--version" }],
    ["a name on two lines", { binding: "A\nB" }],
    ["no name", { binding: null }],
    ["a number", { env: 7 }],
  ])("ignores %s in place of its database", (_, odd) => {
    const target = { ...database, ...odd };
    const text = JSON.stringify({ ...encodeSnapshot(expected), target });
    expect(snapshotIn(text, "It")).toEqual({ snapshot: expected, target: null, kvManager: null, notes: [] });
  });

  it("returns the KV Manager that a report plans for, if its version and source are valid", () => {
    const planned = (kvManager: unknown) =>
      snapshotIn(JSON.stringify({ ...encodeSnapshot(expected), kvManager }), "It").kvManager;
    expect(planned({ version: "2.1.0", from: "checkout" })).toEqual({ version: "2.1.0", from: "checkout" });
    for (const odd of [
      { version: "2.1.0; rm", from: "flag" },
      { version: 2, from: "flag" },
      { version: "2", from: "moon" },
      null,
      "2",
      [],
      {},
    ])
      expect(planned(odd)).toBeNull();
  });

  it("returns the last of several and says so", () => {
    expect(snapshotIn(`${other}\n\n${answer}`, "It")).toEqual({
      snapshot: expected,
      target: null,
      kvManager: null,
      notes: ["There are 2 schemas in it; this is the last one."],
    });
  });

  it.each<[string, BufferEncoding | "utf16be", string]>([
    ["UTF-8", "utf8", ""],
    ["UTF-8 with its mark", "utf8", "\uFEFF"],
    ["UTF-16 as PowerShell writes it", "utf16le", "\uFEFF"],
    ["UTF-16 without a mark", "utf16le", ""],
    ["UTF-16 with the other order", "utf16be", "\uFEFF"],
    ["the same without a mark", "utf16be", ""],
  ])("decodes %s", (_, encoding, mark) => {
    const text = mark + crlf(wranglersAnswer(`${eraSchemas.oldest}\nCREATE TABLE "größe – ❤" (a);`));
    const bytes =
      encoding === "utf16be" ? Buffer.from(text, "utf16le").swap16() : Buffer.from(text, encoding);
    const { snapshot } = snapshotIn(decodeText(bytes), "It");
    expect(snapshot.tables.map((t) => t.name)).toContain("größe – ❤");
  });

  it("encodes and decodes a schema without loss", () => {
    expect(decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(expected))))).toEqual(expected);
    const odd = inspectionText(
      'CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT AS (x) VIRTUAL, z REFERENCES b(q) UNIQUE) STRICT;\nCREATE TABLE "B c" (k TEXT PRIMARY KEY) WITHOUT ROWID;\nCREATE VIEW v AS SELECT 1;\nCREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;\nCREATE INDEX i ON a(lower(y), x DESC) WHERE x > 1;'.replace(
        "z REFERENCES b(q) UNIQUE",
        "z TEXT REFERENCES b(q) UNIQUE",
      ),
    );
    const snapshot = decodeSnapshot(JSON.parse(odd));
    expect(snapshot.others).toHaveLength(1);
    expect(snapshot.triggers).toHaveLength(1);
    expect(decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(snapshot))))).toEqual(snapshot);
  });
});

describe("text without a usable schema", () => {
  it.each([
    ["prose", "All is well.", "USAGE", "It has no database schema in it."],
    ["other JSON", '[{"a":1}]', "USAGE", "It has no database schema in it."],
    ["nothing but brackets", "[".repeat(100_000), "USAGE", "It has no database schema in it."],
    [
      "a part of a schema",
      '{"inspection":1,"objects":[],"tables":[{"name":"a"}]}',
      "USAGE",
      "The schema in It cannot be used: the inspection.tables[0].strict is not a number.",
    ],
    [
      "a schema of another version",
      '{"inspection":2}',
      "USAGE",
      "The schema in It cannot be used: the inspection is not of version 1.",
    ],
    [
      "an inspection that is no JSON",
      '[{"results":[{"kv_manager_inspection":"{oops"}]}]',
      "USAGE",
      "It has no database schema in it.",
    ],
    [
      "a report without a schema",
      "# KV Manager upgrade: support report\n\n## Schema\n\nNo schema was read.",
      "USAGE",
      "It comes from this program, but it has no database schema in it.",
    ],
    [
      "the JSON of status",
      '{"schemaVersion":1,"outcome":"pending","error":null}',
      "USAGE",
      "It comes from this program, but it has no database schema in it.",
    ],
    [
      "wrangler's error as JSON",
      '\n{\n  "error": {\n    "text": "A request failed.",\n    "notes": [{ "text": "Authentication error [code: 10000]" }]\n  }\n}',
      "AUTHENTICATION",
      "The saved text is not a schema but an error. Cloudflare did not accept the login for this database. Wrangler said: A request failed. Authentication error [code: 10000].",
    ],
    [
      "wrangler's error as text",
      "✘ [ERROR] fetch failed",
      "NETWORK",
      "The saved text is not a schema but an error. Cloudflare could not be reached, or its answer was lost. Wrangler said: fetch failed.",
    ],
  ])("%s", (_, text, code, message) => {
    expect(() => snapshotIn(text, "It")).toThrow(expect.objectContaining({ code, message }));
  });

  const report = `# ${title}\n\n## Schema\n\n\`\`\`json\n${inspection}\n\`\`\`\n`;
  it.each([
    ["half of an answer", answer.slice(0, 700)],
    ["a report that is cut off", report.slice(0, -200)],
    ["the same from a web page", report.slice(0, -200).replaceAll('"', "&quot;")],
    ["the same from a word processor", report.slice(0, -200).replaceAll('"', "\u201d")],
    [
      "the JSON of a report that is cut off",
      `{"schemaVersion":1,"report":{"snapshot":${inspection.slice(0, -9)}`,
    ],
  ])("%s is reported as damaged", (_, text) => {
    expect(() => snapshotIn(text, "the file")).toThrow(
      expect.objectContaining({
        code: "USAGE",
        message: expect.stringContaining("The schema in the file is damaged") as string,
        advice: expect.stringContaining("Part of it may not have been copied.") as string,
      }),
    );
  });

  it("is named with a capital only at the start of the sentence", () => {
    expect(() => snapshotIn("x", "the file")).toThrow("The file has no database schema in it.");
    expect(() => snapshotIn('{"inspection":2}', "the file")).toThrow("The schema in the file cannot be used");
  });

  it("gets the advice to add --json if that was omitted", () => {
    const table = "┌───────────────────────┐\n│ kv_manager_inspection │\n└───────────────────────┘";
    expect(() => snapshotIn(table, "It")).toThrow(
      expect.objectContaining({ advice: expect.stringContaining("without --json") as string }),
    );
  });
});
