import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureFrom } from "../../src/database/failures.js";
import { exitCodeOf, Problem, type ProblemCode } from "../../src/lib/problem.js";
import { sections } from "../../src/messages/support-report.js";
import { targetPart } from "../../src/project/target-names.js";
import { lastFailureFile } from "../../src/report/last-failure-file.js";
import { makeReport } from "../../src/report/report.js";
import { noFacts, predictedFacts, type Result, resultOf } from "../../src/run/result.js";
import { snapshotIn } from "../../src/saved-schema/snapshot-in-text.js";
import { planSnapshot } from "../../src/saved-schema/snapshot-plan.js";
import { catalogFor } from "../support/catalogs.js";
import { connectionTo } from "../support/connections.js";
import { eraSchemas } from "../support/eras.js";
import { failureTexts } from "../support/failure-texts.js";
import { inspectSql } from "../support/inspections.js";
import { makeProject, productionId } from "../support/project.js";
import { requestOf } from "../support/requests.js";
import { resultWith } from "../support/results.js";
import { expectNoSecrets, planted } from "../support/secrets.js";
import { titled } from "../support/titles.js";

const catalog = catalogFor("1");
const tool = { name: "kv-manager-upgrade", version: "1.0.0" };
const snapshot = inspectSql(eraSchemas["2025-11-08"]);
const account = "0123456789abcdef0123456789abcdef";
let cwd = "";
let env: NodeJS.ProcessEnv = {};
beforeAll(() => {
  cwd = makeProject();
  env = { ...planted, XDG_STATE_HOME: mkdtempSync(join(tmpdir(), "kv-state-")), CI: "1" };
});
afterAll(() => {
  for (const folder of [cwd, env.XDG_STATE_HOME ?? ""]) rmSync(folder, { recursive: true, force: true });
});

/** A finished run of a database that lacks 001 and 003. */
function finished(more: Partial<Result> = {}): Result {
  const saved = { snapshot, target: null, kvManager: null, notes: [] };
  const { facts, problem } = planSnapshot(saved, null, catalog);
  return { ...resultOf(facts, problem), connection: connectionTo("remote"), ...more };
}
const make = (result: Result | null, line = "report --remote", folder = cwd) =>
  makeReport(result, requestOf(line, folder), tool, env);

/** Returns the text under a heading. */
function section(markdown: string, name: keyof typeof sections): string {
  const [, rest = ""] = markdown.split(`\n## ${sections[name]}\n`);
  return rest.split(/\n## /)[0] ?? "";
}
const linkIn = (markdown: string) => new URL(/https:\S+$/.exec(markdown.trim())?.[0] ?? "");

/** Checks what must be true of every report. */
function check(markdown: string): void {
  const found = [...markdown.matchAll(/^## (.*)$/gm)].map((m) => m[1]);
  expect(found).toEqual(Object.values(sections));
  for (const name of Object.keys(sections) as (keyof typeof sections)[])
    expect(section(markdown, name).trim()).not.toBe("");
  const link = linkIn(markdown);
  expect([link.origin, link.pathname]).toEqual([
    "https://github.com",
    "/neverinfamous/kv-manager/issues/new",
  ]);
  expect(link.href.length).toBeLessThanOrEqual(8000);
  expect(link.searchParams.get("title")).toMatch(/^Help with: /);
  for (const text of [markdown, link.searchParams.get("body") ?? ""]) expectNoSecrets(text, env);
  expect(markdown.length).toBeLessThan(65_000);
}

describe("a report on a failure is complete and contains no secrets", () => {
  const secrets = `Authorization: Bearer abcdefgh12345 ${planted.CLOUDFLARE_API_TOKEN} of ${planted.CLOUDFLARE_EMAIL}, database ${productionId}, account ${account}`;

  it.each(titled(failureTexts, (said) => said.message))("%s", (_, { message, code, expected, moment }) => {
    const problem = failureFrom({ text: `${message} [code: ${code}]\n${secrets}`, code });
    const known = moment === "writing" ? finished() : resultWith({ connection: connectionTo("remote") });
    const { markdown, data } = make({ ...known, outcome: "failed", problem });
    check(markdown);
    expect(JSON.stringify(data)).not.toMatch(/abcdefgh12345|planted|0123456789abcdef0123/);
    expect(section(markdown, "error")).toContain(`**${expected}**`);
    expect(section(markdown, "error")).toContain(message);
    expect(section(markdown, "error")).toContain("Nothing was changed.");
    expect(section(markdown, "database")).toContain("production (--remote)");
    expect(linkIn(markdown).searchParams.get("title")).toContain(expected);
    if (moment === "writing") expect(snapshotIn(markdown, "It").snapshot).toEqual(snapshot);
  });

  it.each(Object.keys(exitCodeOf) as ProblemCode[])("%s", (code) => {
    const problem = new Problem(
      code,
      `What happened with ${secrets}.`,
      `What to do.\n  kv-manager-upgrade ${secrets}`,
    );
    const { markdown } = make({ ...finished(), outcome: "failed", problem, applied: null });
    check(markdown);
    expect(section(markdown, "error")).toContain(`**${code}**`);
    expect(section(markdown, "error")).toContain("It is not known whether anything was changed.");
  });
});

describe("the content of a report", () => {
  it("does not claim that there is no local copy if its file has an unknown name", () => {
    const folder = makeProject();
    const d1 = join(folder, ".wrangler", "state", "v3", "d1");
    mkdirSync(d1, { recursive: true });
    writeFileSync(join(d1, "dev.sqlite"), "content");
    const configs = section(make(finished(), "report --remote", folder).markdown, "configs");
    rmSync(folder, { recursive: true });
    expect(configs).toContain("| local copy not checked |");
    expect(configs).not.toContain("no local copy");
  });

  it("includes migrations, checks, SQL, configs and versions", () => {
    const { markdown, data } = make(finished());
    check(markdown);
    expect(section(markdown, "migrations")).toContain(
      "| `003 job_metadata` | pending | `column bulk_jobs.metadata` |",
    );
    expect(section(markdown, "checks")).toContain(
      "| `column bulk_jobs.metadata` | `TEXT` | nothing | missing |",
    );
    expect(section(markdown, "sql")).toContain("ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;");
    expect(section(markdown, "configs")).toContain(
      "| `wrangler.toml` |  | `METADATA` | `kv-manager-metadata` | `0a1b2c3d…` | no local copy |",
    );
    expect(section(markdown, "versions")).toContain("- wrangler: `4.86.0`");
    expect(section(markdown, "versions")).toContain("`CI is set`");
    expect(section(markdown, "versions")).toMatch(/`set: [^`]*CLOUDFLARE_API_TOKEN/);
    expect(data.database?.statements).toEqual(finished().statements.map((s) => s.sql));
  });

  it("reports an invalid config and unavailable details in their sections", () => {
    const folder = makeProject({
      "wrangler.toml": "[[oops\n",
      "wrangler.dev.toml": "",
      "package.json": "{oops",
    });
    const { markdown } = make(null, "report", folder);
    check(markdown);
    expect(section(markdown, "configs")).toContain("Cannot be read: `wrangler.toml`.");
    expect(section(markdown, "configs")).toContain("| `wrangler.dev.toml` | (no D1 database) |");
    expect(section(markdown, "versions")).toContain("- Project: Not available: `");
    expect(section(markdown, "database")).toContain("No database was read");
    rmSync(folder, { recursive: true });
  });

  it("is complete without a config, without wrangler and with a damaged failure record", () => {
    const folder = mkdtempSync(join(tmpdir(), "kv-bare-"));
    mkdirSync(join(folder, "kv-manager-upgrade"));
    writeFileSync(lastFailureFile({ XDG_STATE_HOME: folder }, folder), "{");
    const { markdown } = makeReport(null, requestOf("report", folder), tool, { XDG_STATE_HOME: folder });
    check(markdown);
    expect(section(markdown, "configs")).toContain("No Wrangler config");
    expect(section(markdown, "versions")).toContain(
      "Wrangler, which talks to the database, is not installed",
    );
    rmSync(folder, { recursive: true });
  });

  it.each<[string, string, string[]]>([
    [
      "all that was named",
      "report --local -b KV_DB -c conf/wrangler.toml -e staging --persist-to data",
      [
        "development (--local)",
        "- Binding: `KV_DB`",
        "- Config: `conf/wrangler.toml`",
        "- Environment: `staging`",
        "- State folder: `data`, named with --persist-to",
      ],
    ],
    ["a location alone", "report --remote", ["production (--remote)", "- Binding: not named"]],
  ])("names a database that was requested but not reached: %s", (_, line, says) => {
    const problem = new Problem("CONFIG_INVALID", "What.", "Do.");
    const { markdown, data } = make(resultWith({ problem }), line);
    check(markdown);
    for (const text of [...says, "requested but could not be reached", "**failed**"])
      expect(section(markdown, "database")).toContain(text);
    expect(markdown).not.toContain("predicted from the date");
    expect(data.asked?.location).toBe(line.split(" ")[1]?.slice(2));
    expect(linkIn(markdown).searchParams.get("title")).toContain(says[0]);
  });

  it("does not call a wizard run that ended before it had a database a prediction", () => {
    const { markdown } = make(resultWith({ problem: new Problem("CONFIG_NOT_FOUND", "What.", "Do.") }), "");
    expect(section(markdown, "database")).toContain("could not be reached");
  });

  it("labels a prediction", () => {
    const { markdown } = make(
      resultOf({ ...noFacts, ...predictedFacts("2025-11-09", catalog) }),
      "report --deployed 2025-11-09",
    );
    expect(section(markdown, "database")).toContain("predicted from the date");
  });

  it("names the state folder of a mounted database", () => {
    const connection = { ...connectionTo("local"), persistTo: join(homedir(), "kv", "data") };
    const { markdown } = make(finished({ connection }), "report --local");
    expect(section(markdown, "database")).toMatch(
      /- State folder: `~[\\/]kv[\\/]data`, named with --persist-to: the state of a container/,
    );
  });

  it("marks what describes this computer next to a saved schema", () => {
    const folder = join(env.XDG_STATE_HOME ?? "", "kv-manager-upgrade");
    mkdirSync(folder, { recursive: true });
    const kept = {
      ...{ version: 1, at: "2026-01-01T00:00:00.000Z", command: "x", tool: "1", node: "20", wrangler: null },
      ...{
        system: "x",
        code: "QUOTA",
        message: "full",
        advice: "x",
        applied: false,
        target: null,
        said: null,
      },
      ...{ solvedAt: null, place: { database: null, folder: "x", asked: "status" } },
    };
    writeFileSync(lastFailureFile(env, cwd), JSON.stringify(kept));
    const savedFrom = targetPart(connectionTo("remote"), "/");
    const saved = make(finished({ connection: null, savedFrom }), "report --snapshot x.md").markdown;
    const live = make(finished()).markdown;
    rmSync(folder, { recursive: true });
    check(saved);
    for (const name of ["versions", "configs"] as const) {
      expect(section(saved, name)).toContain("This describes the computer that made the report");
      expect(section(live, name)).not.toContain("This describes the computer that made the report");
    }
    expect(section(saved, "database")).toContain("- Binding: `METADATA`");
    expect([saved.includes("QUOTA"), live.includes("QUOTA")]).toEqual([false, true]);
  });

  it("includes the restore command after a write", () => {
    const restorePoint = {
      bookmark: "0000-1",
      command: "npx wrangler d1 time-travel restore kv --bookmark=0000-1",
    };
    const { markdown } = make(finished({ outcome: "upgraded", applied: true, restorePoint }));
    expect(section(markdown, "database")).toContain(`- Restore command: \`${restorePoint.command}\``);
    expect(section(markdown, "sql")).toContain("The statements are in the database.");
  });
});

describe("the issue link", () => {
  it("contains the whole report if it fits", () => {
    const { markdown } = make(null, "report");
    const body = linkIn(markdown).searchParams.get("body") ?? "";
    expect(markdown.startsWith(body.trimEnd())).toBe(true);
    expect(section(markdown, "issue")).toContain("the form is filled in");
  });

  it("contains the beginning and asks for the rest if the report does not fit", () => {
    const { markdown } = make(finished());
    const body = linkIn(markdown).searchParams.get("body") ?? "";
    expect(body).toContain("## Error");
    expect(body).toContain("Paste the whole report");
    expect(body).not.toContain("<details>");
  });

  it("contains only the title if not even the beginning fits", () => {
    const long = new Problem("SQL_FAILED", "ä".repeat(9000), "Do.");
    const { markdown } = make(
      finished({ problem: long, connection: connectionTo("remote", { binding: "ö".repeat(3000) }) }),
    );
    const link = linkIn(markdown);
    expect([...link.searchParams.keys()]).toEqual(["title"]);
    expect(section(markdown, "issue")).toContain("paste the report");
  });
});
