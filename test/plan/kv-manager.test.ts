import { describe, expect, it } from "vitest";
import { compareVersions, parseVersion } from "../../src/lib/version.js";
import { checkVersion, chooseVersion, neededBy, type VersionSources } from "../../src/plan/kv-manager.js";
import { planUpgrade } from "../../src/plan/plan.js";
import { loadCatalog } from "../../src/plan/read-catalog.js";
import { withMigration } from "../support/catalogs.js";
import { type EraName, eraSchemas, pendingForTwo, pendingIn } from "../support/eras.js";
import { inspectSql } from "../support/inspections.js";
import { emptySnapshot, jobIndex, kvManager, tableOf, userIndex, withTable } from "../support/snapshots.js";

const catalog = loadCatalog();
const old = kvManager([], null);
const nothing: VersionSources = { named: null, checkout: null, found: null };
const chosen = (sources: Partial<VersionSources>) => chooseVersion({ ...nothing, ...sources }, catalog);
const flag = (version: string) => ({ version, from: "flag" as const });

describe("a version", () => {
  it.each([
    ["2", [2]],
    ["2.1", [2, 1]],
    ["2.3.1", [2, 3, 1]],
    ["v2.3.1", [2, 3, 1]],
    ["2.4.0-beta.1", [2, 4, 0]],
    ["2.4.0+build", [2, 4, 0]],
  ])("written as %j is read as %j", (text, parts) => {
    expect(parseVersion(text)).toEqual(parts);
  });

  it.each(["", "two", "2.", "2.1.", "2.1.0.0", "-2", "2.x", "2.1-beta", "1e3", "2 1"])(
    "cannot be written as %j",
    (text) => {
      expect(parseVersion(text)).toBeNull();
    },
  );

  it("is ordered numerically, and with parts omitted comes after all the versions it stands for", () => {
    const sorted = ["1.0.0", "1.9.0", "1.10.0", "1", "2.0.0", "2.1.0", "2.1", "2.3.1", "2"];
    expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted);
    expect(compareVersions("2.1.0", "v2.1.0")).toBe(0);
  });
});

describe("KV Manager's version", () => {
  it.each([
    ["1", 3],
    ["1.0.0", 3],
    ["1.9.3", 3],
    ["0.9.0", 3],
    ["2.0.0", 4],
    ["2.0", 4],
    ["2.0.9", 4],
    ["2.1.0", 6],
    ["2.2.0", 7],
    ["2.2.11", 7],
    ["2.3.0", 8],
    ["2.3.1", 8],
    ["2", 8],
  ])("%s needs the first %d migrations, and not yet the later ones", (version, count) => {
    const { migrations, later } = neededBy(version, catalog);
    expect(migrations).toEqual(catalog.migrations.slice(0, count));
    expect(later).toEqual(catalog.migrations.slice(count));
    // The result can be narrowed or widened to a different version.
    expect(neededBy("2", neededBy(version, catalog)).migrations).toEqual(catalog.migrations);
  });
});

describe("the KV Manager to plan for", () => {
  it("comes from the flag, else the checkout, else the database, and is 1 by default", () => {
    const found = withTable(old, tableOf("schema_version", ["version INTEGER"]));
    expect(chosen({ named: flag("1"), checkout: "2.3.1", found })).toEqual({
      kvManager: flag("1"),
      versionNote: null,
    });
    expect(chosen({ checkout: "2.1.0", found }).kvManager).toEqual({ version: "2.1.0", from: "checkout" });
    expect(chosen({ found }).kvManager).toEqual({ version: "2", from: "database" });
    expect(chosen({ found: old }).kvManager).toEqual({ version: "1", from: "default" });
    expect(chosen({}).kvManager).toEqual({ version: "1", from: "default" });
  });

  it.each(["webhooks", "namespace_colors", "KEY_COLORS", "monitoring_thresholds", "monitoring_state"])(
    "is 2 for a database with the table %s",
    (name) => {
      const found = withTable(old, tableOf(name, ["id TEXT"]));
      expect(chosen({ found }).kvManager).toEqual({ version: "2", from: "database" });
    },
  );

  const partOfOne = kvManager(["current_key TEXT"], [jobIndex, userIndex]);
  it.each([
    [
      "a 1.x schema with a view of such a name",
      { ...partOfOne, others: [{ kind: "view", name: "webhooks" }] },
    ],
    ["an empty database", emptySnapshot],
  ])("is 1 for %s", (_, found) => {
    expect(chosen({ found }).kvManager.version).toBe("1");
  });

  it.each(["2.9.0", "2.3.2", "2.4", "v2.10.0"])(
    "is the newest known, with a note, for --for %s",
    (version) => {
      const { kvManager: planned, versionNote } = chosen({ named: flag(version) });
      expect(planned).toEqual(flag("2.3.1"));
      expect(versionNote).toBe(
        `Planned for KV Manager 2.3.1, the newest version this program knows; ${version} is newer.`,
      );
    },
  );

  it.each(["2", "2.3", "2.3.1", "2.0.7", "1.99.0", "1"])("is %s as named, without a note", (version) => {
    expect(chosen({ named: flag(version) })).toEqual({ kvManager: flag(version), versionNote: null });
  });

  it.each(["2.4.0", "3.0.0", "10.1.2"])(
    "is the newest known, with a note, in a checkout of %s",
    (version) => {
      const { kvManager: planned, versionNote } = chosen({ checkout: version });
      expect(planned).toEqual({ version: "2.3.1", from: "checkout" });
      expect(versionNote).toContain(`This checkout is ${version}: run npx kv-manager-upgrade@latest`);
    },
  );

  it.each(["3", "0", "0.9.0", "10.0.0", "two", "2.x", "latest", ".", "2.3.1.4"])(
    "cannot be set with --for %s, and the error lists the known versions",
    (version) => {
      expect(() => checkVersion(version, catalog)).toThrow(
        `"${version}" is not a known version of KV Manager. ` +
          "Use one of 1, 2, 1.0.0, 2.0.0, 2.1.0, 2.2.0, 2.3.0, 2.3.1.",
      );
    },
  );

  it.each(["1", "2", "1.0.0", "2.3.1", "2.9.0", "v2.1.0"])("can be set with --for %s", (version) => {
    expect(() => checkVersion(version, catalog)).not.toThrow();
  });
});

describe("a plan for 1.x", () => {
  it("leaves out the migrations of 2.x and still dates the schema", () => {
    const found = planUpgrade(old, neededBy("1", catalog));
    expect(found.migrations.map((m) => m.id)).toEqual(["001", "002", "003"]);
    expect(found.era).toEqual({ from: null, before: "2025-11-08", has: [] });
  });

  it("has no conflict with another program's table that only 2.x would use", () => {
    const found = withTable(old, tableOf("webhooks", ["a TEXT"]));
    expect(planUpgrade(found, neededBy("1", catalog)).conflicts).toEqual([]);
    expect(planUpgrade(found, neededBy("2.0.0", catalog)).conflicts).toEqual([
      expect.stringContaining("webhooks"),
    ]);
  });
});

describe("a schema made by KV Manager's own schema file", () => {
  it.each<[EraName, from: string | null, before: string | null]>([
    ["oldest", null, "2025-11-08"],
    ["2025-11-08", "2025-11-08", "2025-11-10"],
    ["2025-11-10", "2025-11-10", "2025-11-22"],
    ["2025-11-22", "2025-11-22", "2025-12-09"],
    ["2025-12-09", "2025-12-09", "2025-12-11"],
    ["2025-12-11", "2025-12-11", "2026-07-25"],
    ["2026-07-25", "2026-07-25", null],
  ])("of the era %s is recognized, and lacks exactly what later eras added", (era, from, before) => {
    const found = inspectSql(eraSchemas[era]);
    for (const version of ["1", "2"]) {
      const plan = planUpgrade(found, neededBy(version, catalog));
      expect(plan.era).toMatchObject({ from, before });
      const open = plan.migrations.filter((m) => m.status !== "applied");
      expect(open.map((m) => m.id)).toEqual((version === "1" ? pendingIn : pendingForTwo)[era]);
      expect(open.every((m) => m.status === "pending")).toBe(true);
      expect([plan.conflicts, plan.differences]).toEqual([[], []]);
    }
  });
});

describe("a migration that adds an index with a collation", () => {
  const sql = "CREATE INDEX by_mail ON bulk_jobs(user_email COLLATE nocase DESC)";
  const more = withMigration(neededBy("1", catalog), sql, { id: "900", version: "2.4.0" });
  const planWith = (index: string) => planUpgrade(inspectSql(`${eraSchemas["2025-11-22"]}\n${index}`), more);

  it("is planned as written and verified as SQLite reports it", () => {
    expect(planWith("").statements.map((s) => s.sql)).toEqual([sql]);
    const done = planWith(`${sql};`);
    expect(done.statements).toEqual([]);
    expect(done.differences).toEqual([]);
    expect(done.checks.at(-1)).toMatchObject({
      expected: "ON bulk_jobs (user_email COLLATE NOCASE DESC)",
      actual: "ON bulk_jobs (user_email COLLATE NOCASE DESC)",
      ok: true,
    });
  });

  it("is reported as a harmless difference when the index has the default collation", () => {
    expect(planWith("CREATE INDEX by_mail ON bulk_jobs(user_email DESC);").differences).toEqual([
      "The index by_mail is ON bulk_jobs (user_email DESC) instead of ON bulk_jobs (user_email COLLATE NOCASE DESC); " +
        "it still works.",
    ]);
  });
});
