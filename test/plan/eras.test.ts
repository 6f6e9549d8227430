import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/plan/catalog.js";
import { eraOfDay, eraOfSchema, erasOf, predictPending } from "../../src/plan/eras.js";
import { isSameName, nameKey } from "../../src/plan/names.js";
import { catalogFor } from "../support/catalogs.js";

const whole = catalogFor("2");
/** The catalog as it was before 2.x. */
const catalog = { ...catalogFor("1"), later: [] };
const oldest = { from: null, before: "2025-11-08", has: [] };
const withProgress = { from: "2025-11-08", before: "2025-11-10", has: ["002"] };
const withEvents = { from: "2025-11-10", before: "2025-11-22", has: ["001", "002"] };
const newest = { from: "2025-11-22", before: null, has: ["001", "002", "003"] };

/** The catalog with a different `since` for some migrations (by id), or with an additional migration. */
const dated = (since: Record<string, string | null>): Catalog => ({
  ...catalog,
  migrations: [
    ...catalog.migrations.map((m) => ({ ...m, since: m.id in since ? (since[m.id] ?? null) : m.since })),
    ...("004" in since
      ? [{ id: "004", name: "x", title: "X.", version: "1.0.0", since: since["004"] ?? null, statements: [] }]
      : []),
  ],
});

describe("KV Manager's history", () => {
  it("has four eras of 1.x and three of 2.x, whichever version is planned for", () => {
    expect(erasOf(catalog)).toEqual([oldest, withProgress, withEvents, newest]);
    const first = ["001", "002", "003"];
    const all = [
      ...[oldest, withProgress, withEvents, { ...newest, before: "2025-12-09" }],
      { from: "2025-12-09", before: "2025-12-11", has: [...first, "004"] },
      { from: "2025-12-11", before: "2026-07-25", has: [...first, "004", "005", "006"] },
      { from: "2026-07-25", before: null, has: [...first, "004", "005", "006", "008"] },
    ];
    for (const version of ["1", "2", "2.0.0", "2.1.0"]) expect(erasOf(catalogFor(version))).toEqual(all);
  });

  it.each([
    ["2026-01-15", "2", ["007", "008"]],
    ["2026-01-15", "2.1.0", []],
    ["2026-01-15", "2.2.0", ["007"]],
    ["2026-01-15", "1", []],
    ["2025-12-09", "2.1", ["005", "006"]],
    ["2026-08-20", "2.3.1", ["007"]],
    ["2025-11-01", "2.0.0", ["001", "002", "003", "004"]],
  ])("predicts what a deployment of %s lacks for KV Manager %s: %j", (day, version, ids) => {
    expect(predictPending(day, catalogFor(version)).map((m) => m.id)).toEqual(ids);
  });

  it("dates a 2.x schema with or without the column webhooks.name", () => {
    const has = ["001", "002", "003", "004", "005", "006"];
    const era = erasOf(whole)[5];
    expect(eraOfSchema(has, ["007", "008"], whole)).toEqual(era);
    expect(eraOfSchema([...has, "007"], ["008"], whole)).toEqual(era);
    expect(eraOfSchema([...has, "007", "008"], [], whole)).toEqual(erasOf(whole)[6]);
    expect(eraOfSchema(has.slice(1), ["001", "007", "008"], whole)).toBeNull();
  });

  it("puts migrations of the same day into one era and omits those without a day", () => {
    expect(erasOf(dated({ "002": null, "003": "2025-11-10" }))).toEqual([
      { from: null, before: "2025-11-10", has: [] },
      { from: "2025-11-10", before: null, has: ["001", "003"] },
    ]);
    expect(erasOf({ base: [], migrations: [], later: [], newest: "1.0.0" })).toEqual([
      { from: null, before: null, has: [] },
    ]);
    expect(erasOf(dated({ "004": "2026-01-01" })).at(-1)).toEqual({
      from: "2026-01-01",
      before: null,
      has: ["001", "002", "003", "004"],
    });
  });

  it.each([
    ["2024-01-01", oldest, "001 002 003"],
    ["2025-11-07", oldest, "001 002 003"],
    ["2025-11-08", withProgress, "001 003"],
    ["2025-11-09", withProgress, "001 003"],
    ["2025-11-10", withEvents, "003"],
    ["2025-11-21", withEvents, "003"],
    ["2025-11-22", newest, ""],
    ["2026-06-30", newest, ""],
  ])("gives the era of a deployment of %s and predicts its pending migrations", (day, era, pending) => {
    expect(eraOfDay(day, catalog)).toEqual(era);
    expect(
      predictPending(day, catalog)
        .map((m) => m.id)
        .join(" "),
    ).toBe(pending);
  });

  it("always predicts a migration without a day as pending", () => {
    expect(predictPending("2026-06-30", dated({ "004": null })).map((m) => m.id)).toEqual(["004"]);
  });

  it.each([
    ["", "001 002 003", oldest],
    ["002", "001 003", withProgress],
    ["001 002", "003", withEvents],
    ["001 002 003", "", newest],
    ["001", "002 003", null],
    ["002 003", "001", null],
    ["002", "001", null],
    ["", "", null],
  ])("gives the era, if any, of a schema with all of [%s] and nothing of [%s]", (applied, absent, era) => {
    const ids = (text: string) => text.split(" ").filter(Boolean);
    expect(eraOfSchema(ids(applied), ids(absent), catalog)).toEqual(era);
    // A migration without a day says nothing about the era.
    expect(eraOfSchema([...ids(applied), "004"], ids(absent), dated({ "004": null }))).toEqual(era);
  });
});

describe("sameName and nameKey", () => {
  it.each([
    ["bulk_jobs", "BULK_Jobs", true],
    ["a1_$", "A1_$", true],
    ["É", "é", false],
    ["\u212a", "k", false],
    ["İ", "i", false],
    ["a", "a ", false],
    ["_", "-", false],
  ])("agree with SQLite on whether %j and %j are the same name: %s", (a, b, same) => {
    expect(isSameName(a, b)).toBe(same);
    expect(nameKey(a) === nameKey(b)).toBe(same);
  });
});
