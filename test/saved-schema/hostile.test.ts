import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Problem } from "../../src/lib/problem.js";
import { makeReport } from "../../src/report/report.js";
import { noFacts, type Result, resultOf } from "../../src/run/result.js";
import { snapshotIn } from "../../src/saved-schema/snapshot-in-text.js";
import { planSnapshot } from "../../src/saved-schema/snapshot-plan.js";
import { snapshotSummary } from "../../src/saved-schema/snapshot-summary.js";
import { makeStyle } from "../../src/screen/style.js";
import { catalogFor } from "../support/catalogs.js";
import { eraSchemas } from "../support/eras.js";
import { inspectionText } from "../support/inspections.js";
import { requestOf } from "../support/requests.js";

const catalog = catalogFor("1");
const style = makeStyle({ isTTY: false, columns: 80 }, {}, false);
const request = requestOf("report");
/** An environment in which no failure is recorded. */
const env = { XDG_STATE_HOME: join(tmpdir(), "kv-manager-no-state") };

/** Returns the result of `status --snapshot` for a text. A `Problem` is a result; any other error fails the test. */
function shown(text: string): Result {
  const result = planned(text);
  // The summary must work too.
  const summary = snapshotSummary(result, request, style);
  expect(summary).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
  return result;
}

function planned(text: string): Result {
  try {
    const { facts, problem } = planSnapshot(snapshotIn(text, "It"), null, catalog);
    return resultOf(facts, problem);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return resultOf(noFacts, error);
  }
}

type Json = ReturnType<typeof JSON.parse>;
const goodText = inspectionText(eraSchemas["2025-11-10"]);
const good = (): Json => JSON.parse(goodText);
const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

/** Replaces one value somewhere in a JSON value. */
function mangled(value: Json, path: number[], by: Json): Json {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value as object);
  const key = keys[first % Math.max(keys.length, 1)];
  if (key === undefined) return by;
  const copy: Json = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = mangled(value[key], rest, by);
  return copy;
}

it("a damaged schema results in a plan or a known error", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 6 }), anything, (path, by) => {
      const { problem, outcome } = shown(JSON.stringify(mangled(good(), path, by)));
      if (problem === null) expect(["pending", "up-to-date"]).toContain(outcome);
      else expect(["USAGE", "CONFLICT", "NOT_KV_MANAGER", "EMPTY_DATABASE"]).toContain(problem.code);
    }),
    { numRuns: 150 },
  );
});

it("text without a schema results in a known error", () => {
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc
      .array(fc.constantFrom("[", "]", '{"inspection":1', "}", '"', "\\", "\n", "> ", "error", "```"))
      .map((a) => a.join("")),
  );
  fc.assert(
    fc.property(noise, (text) => {
      expect(shown(text).problem).toBeInstanceOf(Problem);
    }),
    { numRuns: 150 },
  );
});

it("a schema survives a report unchanged, whatever its names", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom(
      "```",
      "</details>",
      "`a`",
      "|",
      "<!--",
      "@someone",
      "a\nb",
      "x: [code: 7403]",
      "\ud800",
      "%0A",
      "\\",
    ),
    fc.constantFrom(
      "authorization: x",
      "__proto__",
      "Authorization",
      "password=abcd1234",
      "kv_manager_inspection",
    ),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), name, (names, type) => {
      const inspection = good();
      for (const table of names)
        inspection.tables.push({
          ...{ name: table, strict: 0, withoutRowid: 0, references: [] },
          columns: [{ name: type, type, notNull: 0, default: type, primaryKey: 0, hidden: 0 }],
          indexes: [{ name: type, unique: 0, origin: "c", partial: 0, columns: [] }],
        });
      inspection.objects.push({ kind: "view", name: names[0], table: names[0] });
      const before = shown(JSON.stringify(inspection));
      const { markdown, data } = makeReport(before, request, { name: "x", version: "1.0.0" }, env);
      const after = shown(markdown);
      expect(after.problem?.code).toBe(before.problem?.code);
      expect([after.statements, after.migrations, after.checks]).toEqual([
        before.statements,
        before.migrations,
        before.checks,
      ]);
      expect(shown(JSON.stringify({ report: data })).statements).toEqual(before.statements);
      // No part of a name is outside a code block: only the report itself closes the fold.
      expect(markdown.match(/<\/details>/g)).toHaveLength(1);
      expect(markdown.match(/^```json$/gm)).toHaveLength(1);
    }),
    { numRuns: 40 },
  );
});

it("a schema too long for an issue is shortened and still results in the same plan", () => {
  const inspection = good();
  for (let i = 0; i < 1500; i++)
    inspection.tables.push({ ...inspection.tables[0], name: `other_${i}`, indexes: [] });
  const before = shown(JSON.stringify(inspection));
  const { markdown } = makeReport(before, request, { name: "x", version: "1.0.0" }, env);
  expect(markdown.length).toBeLessThan(60_000);
  expect(markdown).toContain("1495 of them are left out here");
  expect(shown(markdown).statements).toEqual(before.statements);
  expect(before.statements).toHaveLength(1);
});
