import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastFailureFile } from "../../src/report/last-failure-file.js";
import { type Document, run, runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { productionId } from "../support/project.js";
import { loopback } from "../support/remote.js";
import { planted } from "../support/secrets.js";

const project = disposableProjects();
const { make, api } = loopback();
type WithReport = Document & {
  report: {
    lastFailure: { code: string; message: string; solvedAt: string | null } | null;
    snapshot: Record<string, unknown> | null;
  };
};

describe("report on a local database", () => {
  it("is read by status --snapshot with the same result and exit code as the live database", async () => {
    const cwd = project();
    await makeLocal(cwd, productionId, "2025-11-10");
    const flags = ["--local", "-b", "kv-manager-metadata"];
    const { code, stdout, stderr, starts } = await run(["report", ...flags], { cwd });
    expect([code, starts.length]).toEqual([0, 1]);
    expect(stderr).not.toContain("Error");
    const saved = await runJson(["status", "--snapshot", "-"], { cwd: project({}), input: stdout });
    const live = await runJson(["status", ...flags], { cwd });
    expect([saved.code, saved.json, saved.starts]).toEqual([3, { ...live.json, target: null }, []]);
    writeFileSync(join(cwd, "report.md"), stdout);
    const shown = await run(["status", "--snapshot", "report.md"], { cwd });
    expect(shown.stdout).toContain("ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;");
    expect(shown.stdout).toContain("job_audit_events");
    const again = await run(["report", "--snapshot", "report.md"], { cwd });
    expect([again.code, again.starts]).toEqual([0, []]);
    expect(again.stdout).toContain("Read from a saved schema");
  });

  it("is still complete without a database or a project, and starts no program", async () => {
    const cwd = project({});
    const { code, stdout, stderr, starts } = await run(["report"], { cwd });
    expect([code, stderr, starts]).toEqual([0, "", []]);
    expect(stdout).toContain("No database was read");
    const ambiguous = await run(["report", "--local"], { cwd: project() });
    expect([ambiguous.code, ambiguous.starts]).toEqual([0, []]);
    expect(ambiguous.stdout).toContain("**BINDING_AMBIGUOUS**");
  });

  it.each([
    ["a file that is not there", ["--snapshot", "nowhere.md"], "does not exist"] as const,
    ["a folder", ["--snapshot", "."], "is a folder"] as const,
    ...(process.platform === "win32"
      ? []
      : [["a device without end", ["--snapshot", "/dev/zero"], "larger than 2 MB"] as const]),
  ])("rejects %s as a usage error", async (_, flags, says) => {
    for (const command of ["report", "status"]) {
      const { code, stdout, stderr } = await run([command, ...flags], { cwd: project({}) });
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(says);
    }
  });

  it.each([
    ["empty", '{"inspection":1,"objects":[],"tables":[]}', 3, "EMPTY_DATABASE"],
    [
      "foreign",
      '{"inspection":1,"objects":[{"kind":"view","name":"a","table":"a"}],"tables":[]}',
      1,
      "NOT_KV_MANAGER",
    ],
  ])("a saved schema that is %s fails like a live status", async (_, input, code, error) => {
    const saved = await runJson(["status", "--snapshot", "-"], { cwd: project({}), input });
    expect([saved.code, saved.json.error?.code, saved.json.target]).toEqual([code, error, null]);
  });
});

describe("the last failure", () => {
  it("is in the report without secrets and is marked as resolved after an upgrade", async () => {
    const XDG_STATE_HOME = mkdtempSync(join(tmpdir(), "kv-state-"));
    const database = await make("2025-11-10", { XDG_STATE_HOME });
    const account = api().accounts[0]?.id ?? "";
    const inFiles = ["of the .env 1", "hunter-2", "of-the-config-3"];
    writeFileSync(join(database.cwd, ".env"), `SESSION_PASSWD="${inFiles[0]}"\n`);
    writeFileSync(join(database.cwd, ".dev.vars"), `TEAM=${inFiles[1]}\n`);
    appendFileSync(join(database.cwd, "wrangler.toml"), `[vars]\nAPI_KEY = "${inFiles[2]}"\n`);
    const said = `Exceeded maximum DB size: Bearer ${planted.CLOUDFLARE_API_TOKEN} of ${planted.CLOUDFLARE_EMAIL} for ${database.id} in ${account}: ${inFiles.join(", ")}`;
    const expectNone = (text: string) => {
      for (const secret of inFiles)
        expect(text).not.toMatch(new RegExp(secret.replaceAll(" ", "(\\s|%20)+")));
    };
    database.fault(
      { kind: "fail", status: 400, code: 7500, message: said },
      { endpoint: "query", writes: true },
    );
    const upgrading = await database.run("--yes");
    expect(upgrading.code).toBe(1);
    expect(upgrading.json.error?.message).toContain("[hidden], [hidden], [hidden]");
    expectNone(upgrading.stdout + upgrading.stderr);
    const file = readFileSync(lastFailureFile({ XDG_STATE_HOME }, database.cwd), "utf8");
    for (const secret of [...Object.values(planted), database.id, account])
      expect(file).not.toContain(secret);
    expectNone(file);

    const { cwd, env } = database;
    const failed = await run(["report", "--remote"], { cwd, env });
    expect(failed.code).toBe(0);
    expect(failed.stdout).toContain("Not solved since");
    expectNone(failed.stdout + failed.stderr);
    expect(failed.stdout).toContain("**QUOTA**");
    // Another project's report does not contain it.
    const elsewhere = await runJson(["report"], { cwd: project(), env });
    expect((elsewhere.json as WithReport).report.lastFailure).toBeNull();
    expect(failed.stdout).toContain("ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT;");

    database.clearFaults();
    expect((await database.run("--yes")).code).toBe(0);
    const { json } = await runJson(["report"], { cwd, env });
    expect((json as WithReport).report.lastFailure).toMatchObject({ code: "QUOTA" });
    expect((json as WithReport).report.lastFailure?.solvedAt).not.toBeNull();
    expect([json.outcome, json.target, json.error]).toEqual(["unknown", null, null]);
    rmSync(XDG_STATE_HOME, { recursive: true });
  }, 120_000);

  it("is not caused by a report that cannot reach its database", async () => {
    const XDG_STATE_HOME = join(tmpdir(), "kv-state-of-nobody");
    const database = await make("2025-11-10", { XDG_STATE_HOME });
    database.fault({ kind: "fail", status: 403, code: 10000, message: "Authentication error" });
    const { code, json } = await runJson(["report", "--remote"], { cwd: database.cwd, env: database.env });
    expect([code, json.outcome, json.error?.code]).toEqual([0, "failed", "AUTHENTICATION"]);
    expect((json as WithReport).report).toMatchObject({ snapshot: null, lastFailure: null });
  });
});
