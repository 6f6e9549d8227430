import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Applied } from "../../src/apply/apply.js";
import { Problem } from "../../src/lib/problem.js";
import { recap } from "../../src/messages/wizard.js";
import { planSetup, planUpgrade } from "../../src/plan/plan.js";
import { factsOfPlan, type Result } from "../../src/run/result.js";
import { finalMessage } from "../../src/screen/final-message.js";
import { makeStyle } from "../../src/screen/style.js";
import { nextSteps, problemText, summary } from "../../src/screen/summary.js";
import { catalogFor } from "../support/catalogs.js";
import { connectionTo } from "../support/connections.js";
import { requestOf } from "../support/requests.js";
import { resultWith } from "../support/results.js";
import { emptySnapshot, jobIndex, kvManager, userIndex } from "../support/snapshots.js";

const catalog = catalogFor("1");
const style = makeStyle({ isTTY: false, columns: 1000 }, {}, false);
const here = process.cwd();
/** The plans of a run that adds everything and of one that adds only the metadata column. */
const whole = planUpgrade(kvManager([], null), catalog);
const rest = planUpgrade(
  kvManager(["current_key TEXT", "percentage REAL = 0"], [jobIndex, userIndex]),
  catalog,
);
const restorePoint = {
  bookmark: "0-0-0-0",
  command: "npx wrangler d1 time-travel restore x --bookmark=0-0-0-0",
};

function upgraded(by: Applied["addedBy"], own: Applied["ownPlan"], more: Partial<Result> = {}): Result {
  const done: Partial<Result> = { outcome: "upgraded", applied: true, added: { addedBy: by, ownPlan: own } };
  return { ...resultWith(factsOfPlan(whole)), connection: connectionTo("local"), ...done, ...more };
}
const request = requestOf("--local", here);
/** Returns the final message of the plain output and of the wizard for one result. */
const both = (result: Result) => [summary(result, request, style), finalMessage(result, request, style)];

describe("attribution of the changes", () => {
  it("to this run reports how many statements it applied and how to undo them", () => {
    for (const text of both(upgraded("this-run", whole))) {
      expect(text).toContain("Upgraded: 6 statements applied in one transaction and verified");
      expect(text).toContain("DROP TABLE job_audit_events;");
      expect(text).toContain("DROP COLUMN metadata;");
    }
  });

  it("to this run after another run did the rest covers only this run's own part", () => {
    for (const text of both(upgraded("this-run", rest))) {
      expect(text).toContain("Upgraded: 1 statement applied in one transaction and verified");
      expect(text).toContain('--command="ALTER TABLE bulk_jobs DROP COLUMN metadata;"');
      expect(text).not.toContain("DROP TABLE");
    }
  });

  it.each([
    ["local", null],
    ["remote", restorePoint],
  ] as const)(
    "to another run, %s, offers no undo, which would revert the other run's work",
    (location, point) => {
      const more = { connection: connectionTo(location), restorePoint: point };
      for (const text of both(upgraded("another-run", null, more))) {
        expect(text).toContain("Another run finished first");
        expect(text).toContain("This run changed nothing.");
        expect(text).not.toMatch(/Upgraded:|DROP|time-travel|remove the additions/);
      }
    },
  );

  it("to another run still reports the config that this run wrote", () => {
    for (const text of both(upgraded("another-run", null, { prepared: ["wrangler.toml was written."] }))) {
      expect(text).toContain("wrangler.toml was written.");
      expect(text).not.toContain("This run changed nothing.");
    }
  });

  it("stays open when the response was lost", () => {
    for (const text of both(upgraded("unknown", whole)))
      expect(text).toMatch(
        /response to the write was lost, so another run may have added it[\s\S]*DROP TABLE/,
      );
  });
});

describe("a first setup that lacks the id of a deployed database", () => {
  const remote = connectionTo("remote", { databaseId: null });
  const left = (snapshot: Parameters<typeof planUpgrade>[0], more: Partial<Result> = {}) => {
    const planned = factsOfPlan(planUpgrade(snapshot, catalog));
    return both(resultWith({ outcome: "pending", connection: remote, ...more, ...planned }));
  };
  const flags = "--remote --config wrangler.toml --binding METADATA --yes";

  it("names setup as the next command for an outdated database, because no other command can reach it", () => {
    for (const text of left(kvManager([], null), { unprepared: true })) {
      expect(text).toContain("This writes its id to the config");
      expect(text).toContain(`kv-manager-upgrade setup ${flags}`);
    }
  });

  it("reports for a current database that only the id is missing", () => {
    const columns = ["current_key TEXT", "percentage REAL = 0", "metadata TEXT"];
    const current = kvManager(columns, [jobIndex, userIndex]);
    for (const prepared of [[], ["wrangler.toml was written."]])
      for (const text of left(current, { unprepared: true, prepared })) {
        expect(text).toContain("What is missing is the id of the database in the config.");
        expect(text).toContain(prepared[0] ?? "Nothing was changed.");
        expect(text).not.toMatch(/0 statements|Apply it/);
      }
  });

  it("continues with the upgrade, not with setup, once the id of an outdated database is written", () => {
    for (const text of left(kvManager([], null), { prepared: ["The id was written."] })) {
      expect(text).toContain("6 statements pending. The id was written. Nothing else was changed.");
      expect(text).not.toContain("run the same command again");
      expect(text).toContain(`kv-manager-upgrade ${flags}`);
    }
  });
});

describe("a backup", () => {
  const file = join(here, "before.sql");
  const backed = requestOf("--remote --backup before.sql", here);

  it("is requested again by the suggested command, unless it already exists", () => {
    const pending: Partial<Result> = { outcome: "pending", applied: false, added: null };
    const result = upgraded("this-run", null, { ...pending, connection: connectionTo("remote") });
    expect(nextSteps(result, backed, style)).toMatch(/--yes --backup before\.sql$/);
    // An existing backup would conflict.
    const made = nextSteps({ ...result, backup: file }, backed, style);
    expect(made).toContain("The backup is in before.sql.");
    expect(made).toMatch(/--yes$/);
  });

  it("is named in the final message and after a failure", () => {
    const result = upgraded("this-run", whole, { backup: file, connection: connectionTo("remote") });
    for (const text of [summary(result, backed, style), finalMessage(result, backed, style)])
      expect(text).toContain("The backup is in before.sql.");
    expect(finalMessage(result, backed, style)).toContain("--yes --backup before.sql\nGive --backup");
    const problem = new Problem("NETWORK", "Lost.", "Again.");
    expect(problemText(problem, { ...result, applied: false }, style)).toContain(
      "The backup is in before.sql.",
    );
  });
});

describe("a first setup", () => {
  it.each([
    ["local", "start KV Manager on this computer"],
    ["remote", "deploy KV Manager"],
  ] as const)("of a %s database does not mention an upgrade", (location, after) => {
    const plan = planSetup(emptySnapshot, catalog);
    const result = resultWith(factsOfPlan(plan));
    const done: Partial<Result> = { setsUp: true, outcome: "set-up", applied: true };
    const connection = connectionTo(location);
    const asked = requestOf(`setup --${location}`, here);
    const ended = { ...result, ...done, connection, added: { addedBy: "this-run" as const, ownPlan: plan } };
    const words = recap({ statements: 9, setsUp: true, location, mounted: false, backup: null }).join("\n");
    for (const text of [summary(ended, asked, style), finalMessage(ended, asked, style), words]) {
      expect(text).toContain(after);
      expect(text).not.toMatch(/pending|every row|new version|upgrade the deployed/i);
    }
  });
});

describe("a folder mounted into a container", () => {
  it("promises no uptime and says to start the container again", () => {
    const lines = recap({ statements: 6, setsUp: false, location: "local", mounted: true, backup: null });
    expect(lines.join("\n")).toContain("every row.");
    expect(lines.join("\n")).not.toMatch(/downtime|deployed database/);
    const connection = { ...connectionTo("local"), persistTo: join(here, "data") };
    for (const text of both(upgraded("this-run", whole, { connection }))) {
      expect(text).toContain("start it with the new version of KV Manager now");
      expect(text).not.toContain("deployed database");
    }
  });
});

describe("commands for a user without this program", () => {
  const predicted = {
    ...upgraded("this-run", null),
    connection: null,
    applied: false,
    outcome: "pending" as const,
  };

  it("address the standard database, followed by this program's own command", () => {
    const text = nextSteps(predicted, requestOf("status --deployed 2025-11-01", here), style);
    expect(text).toContain("npx wrangler d1 execute kv-manager-metadata --remote --command=");
    expect(text).toContain(
      'replace the name and flags after "execute" with kv-manager-metadata-dev --local --config wrangler.dev.toml:',
    );
    expect(text).toMatch(/\n {2}kv-manager-upgrade --remote --binding kv-manager-metadata --yes$/);
  });

  it("address the database that the snapshot was taken from", () => {
    const savedFrom = {
      ...{ location: "local", binding: "METADATA", database: "kv-manager-metadata-dev" },
      ...{ config: "wrangler.dev.toml", env: null, persistTo: "my data" },
    };
    const text = nextSteps({ ...predicted, savedFrom }, requestOf("status --snapshot -", here), style);
    const flags = "--config wrangler.dev.toml --persist-to 'my data'";
    expect(text).toContain(`npx wrangler d1 execute kv-manager-metadata-dev --local ${flags} --command=`);
    expect(text).toMatch(new RegExp(`\\n {2}kv-manager-upgrade --local ${flags} --binding METADATA --yes$`));
    expect(text).not.toContain("--remote");
  });
});
