import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/plan/catalog.js";
import { type Era, eraOfDay, eraOfSchema, erasOf, predictPending } from "../../src/plan/eras.js";
import { catalogFor, withMigration } from "../support/catalogs.js";

const whole = catalogFor("2");
/** The catalog as it was before 2.x. */
const catalog = { ...catalogFor("1"), later: [] };
const oldest: Era = { from: null, before: "2025-11-08", has: [] };
const withProgress: Era = { from: "2025-11-08", before: "2025-11-10", has: ["002"] };
const withEvents: Era = { from: "2025-11-10", before: "2025-11-22", has: ["001", "002"] };
const newest: Era = { from: "2025-11-22", before: null, has: ["001", "002", "003"] };

/** The catalog of 1.x with other first days, or none, for some migrations (by id). */
const dated = (days: Record<string, string | null>): Catalog => ({
  ...catalog,
  migrations: catalog.migrations.map((m) => ({ ...m, since: m.id in days ? (days[m.id] ?? null) : m.since })),
});

/** The same with a migration 004 that KV Manager's own schema has since this day, or never had. */
const with004 = (since: string | null) => withMigration(catalog, "CREATE TABLE x (a TEXT)", { since });

const idsOf = (migrations: { id: string }[]) => migrations.map((m) => m.id);

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

  it("is one era without migrations", () => {
    expect(erasOf({ base: [], migrations: [], later: [], newest: "1.0.0" })).toEqual([
      { from: null, before: null, has: [] },
    ]);
  });

  it("gets one more era from a migration with a later first day", () => {
    const last = { from: "2026-01-01", before: null, has: ["001", "002", "003", "004"] };
    expect(erasOf(with004("2026-01-01")).at(-1)).toEqual(last);
  });

  it("puts migrations of the same day into one era and omits those without a day", () => {
    expect(erasOf(dated({ "002": null, "003": "2025-11-10" }))).toEqual([
      { from: null, before: "2025-11-10", has: [] },
      { from: "2025-11-10", before: null, has: ["001", "003"] },
    ]);
  });
});

describe("the day of a deployment", () => {
  it.each<[string, Era, string[]]>([
    ["2024-01-01", oldest, ["001", "002", "003"]],
    ["2025-11-07", oldest, ["001", "002", "003"]],
    ["2025-11-08", withProgress, ["001", "003"]],
    ["2025-11-09", withProgress, ["001", "003"]],
    ["2025-11-10", withEvents, ["003"]],
    ["2025-11-21", withEvents, ["003"]],
    ["2025-11-22", newest, []],
    ["2026-06-30", newest, []],
  ])("%s tells its era, and so what 1.x needs", (day, era, pending) => {
    expect(eraOfDay(day, catalog)).toEqual(era);
    expect(idsOf(predictPending(day, catalog))).toEqual(pending);
  });

  it.each<[string, string, string[]]>([
    ["2026-01-15", "1", []],
    ["2026-01-15", "2", ["007", "008"]],
    ["2026-01-15", "2.1.0", []],
    ["2026-01-15", "2.2.0", ["007"]],
    ["2025-12-09", "2.1", ["005", "006"]],
    ["2026-08-20", "2.3.1", ["007"]],
    ["2025-11-01", "2.0.0", ["001", "002", "003", "004"]],
  ])("%s predicts what KV Manager %s needs: %j", (day, version, pending) => {
    expect(idsOf(predictPending(day, catalogFor(version)))).toEqual(pending);
  });

  it("predicts a migration without a first day as pending, however late it is", () => {
    expect(idsOf(predictPending("2026-06-30", with004(null)))).toEqual(["004"]);
  });
});

describe("a schema", () => {
  it.each<[string[], string[], Era]>([
    [[], ["001", "002", "003"], oldest],
    [["002"], ["001", "003"], withProgress],
    [["001", "002"], ["003"], withEvents],
    [["001", "002", "003"], [], newest],
  ])("with all of %j and nothing of %j is of a known era", (applied, absent, era) => {
    expect(eraOfSchema(applied, absent, catalog)).toEqual(era);
    // A migration without a first day says nothing about the era.
    expect(eraOfSchema([...applied, "004"], absent, with004(null))).toEqual(era);
  });

  it.each<[string[], string[]]>([
    [["001"], ["002", "003"]],
    [["002", "003"], ["001"]],
    [["002"], ["001"]],
    [[], []],
  ])("with all of %j and nothing of %j is of no era", (applied, absent) => {
    expect(eraOfSchema(applied, absent, catalog)).toBeNull();
    expect(eraOfSchema([...applied, "004"], absent, with004(null))).toBeNull();
  });

  it("of 2.x is of the same era with or without the column webhooks.name", () => {
    const has = ["001", "002", "003", "004", "005", "006"];
    const [colors, monitoring] = erasOf(whole).slice(5);
    expect(eraOfSchema(has, ["007", "008"], whole)).toEqual(colors);
    expect(eraOfSchema([...has, "007"], ["008"], whole)).toEqual(colors);
    expect(eraOfSchema([...has, "007", "008"], [], whole)).toEqual(monitoring);
    expect(eraOfSchema(has.slice(1), ["001", "007", "008"], whole)).toBeNull();
  });
});
