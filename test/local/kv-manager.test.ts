import { describe, expect, it } from "vitest";
import { run, runJson } from "../support/cli.js";
import { pendingForTwo } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { dump, fileOf, makeLocal, rowsOf, shapeOf } from "../support/local.js";
import { checkoutOf, developmentId, stockConfigs } from "../support/project.js";

const project = disposableProjects();
const local = ["--local", "--binding", "kv-manager-metadata-dev"];
const { "package.json": _, ...configs } = stockConfigs;
const inCheckout = (version: string) => project({ ...configs, "package.json": checkoutOf(version) });
const ids = (json: { migrations: { id: string }[] }) => json.migrations.map((m) => m.id);
const eight = ["001", "002", "003", "004", "005", "006", "007", "008"];

describe("the KV Manager to plan for", () => {
  it("is the checkout's, so the oldest schema gets all eight migrations and then equals a new setup", async () => {
    const cwd = inCheckout("2.3.1");
    const file = await makeLocal(cwd, developmentId, "oldest");
    const before = dump(file);
    const { code, json, starts } = await runJson([...local, "--yes"], { cwd });
    expect([code, json.outcome, json.applied, json.error]).toEqual([0, "upgraded", true, null]);
    expect(json.kvManager).toEqual({ version: "2.3.1", from: "checkout" });
    expect(json.migrations.map((m) => [m.id, m.status])).toEqual(eight.map((id) => [id, "pending"]));
    expect(json.statements).toHaveLength(17);
    expect(json.checks.every((c) => c.ok && c.actual === c.expected)).toBe(true);
    expect(starts.length).toBeLessThanOrEqual(2);
    const after = dump(file);
    expect(rowsOf(after)).toEqual(rowsOf(before));

    // The same schema as after a first setup in that checkout.
    const fresh = inCheckout("2.3.1");
    const setUp = await runJson(["setup", ...local, "--yes"], { cwd: fresh });
    expect([setUp.code, setUp.json.outcome]).toEqual([0, "set-up"]);
    expect(shapeOf(file)).toEqual(shapeOf(fileOf(fresh, developmentId)));
    expect(setUp.json.checks.every((c) => c.ok && c.actual === c.expected)).toBe(true);

    const again = await runJson([...local, "--yes"], { cwd });
    expect([again.code, again.json.outcome, again.json.statements]).toEqual([0, "up-to-date", []]);
  });

  it.each([
    ["with --for 1, even in a checkout of 2.x", ["--for", "1"], "2.3.1", { version: "1", from: "flag" }],
    ["in a checkout of 1.x", [], "1.0.0", { version: "1.0.0", from: "checkout" }],
    ["if nothing says otherwise", [], null, { version: "1", from: "default" }],
  ])("is 1.x, with three migrations, %s", async (_, flags, checkout, kvManager) => {
    const cwd = checkout === null ? project(configs) : inCheckout(checkout);
    await makeLocal(cwd, developmentId, "oldest");
    const { code, json } = await runJson([...local, "--yes", ...flags], { cwd });
    expect([code, json.outcome]).toEqual([0, "upgraded"]);
    expect(json.kvManager).toEqual(kvManager);
    expect(ids(json)).toEqual(["001", "002", "003"]);
    const { stdout } = await run(["status", ...local, ...flags], { cwd });
    // One line; the hint at 2.x appears only if nothing was specified.
    expect(stdout.match(/KV Manager/g)).toHaveLength(checkout === null ? 2 : 1);
    expect(stdout.includes("KV Manager 2 needs more: add --for 2")).toBe(checkout === null);
  });

  it("is taken from the database when nothing else specifies it", async () => {
    const cwd = project(configs);
    await makeLocal(cwd, developmentId, "2025-12-09");
    const { code, json } = await runJson(["status", ...local], { cwd });
    expect([code, json.kvManager]).toEqual([3, { version: "2", from: "database" }]);
    expect(json.migrations.filter((m) => m.status !== "applied").map((m) => m.id)).toEqual(
      pendingForTwo["2025-12-09"],
    );
  });

  it("is the newest known version, with a warning, when a later one is specified", async () => {
    const cwd = inCheckout("3.1.0");
    await makeLocal(cwd, developmentId, "2026-07-25");
    const { code, json, stderr } = await runJson(["status", ...local], { cwd });
    expect([code, json.kvManager]).toEqual([3, { version: "2.3.1", from: "checkout" }]);
    expect(stderr).toContain("run npx kv-manager-upgrade@latest");
    const flagged = await runJson(["status", ...local, "--for", "2.9.0"], { cwd });
    expect([flagged.code, flagged.json.kvManager]).toEqual([3, { version: "2.3.1", from: "flag" }]);
    expect(flagged.stderr).toContain("the newest version this program knows; 2.9.0 is newer.");
    const { stdout, stderr: notes } = await run(["status", ...local], { cwd });
    expect(stdout).toMatch(/This\s+checkout is 3\.1\.0/);
    expect(notes).not.toMatch(/This\s+checkout/);
  });

  it("is taken from the flag or the checkout even if no database can be read", async () => {
    const cwd = inCheckout("2.1.0");
    const missing = ["status", "--local", "--binding", "nowhere"];
    expect((await runJson([...missing, "--for", "v2.0.0"], { cwd })).json).toMatchObject({
      kvManager: { version: "2.0.0", from: "flag" },
      error: { code: "BINDING_NOT_FOUND" },
    });
    const remote = ["status", "--remote", "--binding", "kv-manager-metadata"];
    const env = { PATH: "/nowhere", CLOUDFLARE_API_BASE_URL: "http://127.0.0.1:9/" };
    const { json } = await runJson(remote, { cwd, env });
    expect([json.error === null, json.kvManager]).toEqual([false, { version: "2.1.0", from: "checkout" }]);
  });

  it("must be a known version; any other is a usage error before anything is started", async () => {
    for (const version of ["3", "next"]) {
      const { code, json, starts } = await runJson(["status", ...local, "--for", version], {
        cwd: project(),
      });
      expect([code, json.error?.code, starts]).toEqual([2, "USAGE", []]);
      expect(json.error?.message).toContain("Use one of 1, 2, 1.0.0, 2.0.0");
    }
  });

  it("is included in a report, and status on that report plans for the same version", async () => {
    const cwd = inCheckout("2.1.0");
    await makeLocal(cwd, developmentId, "oldest");
    const report = await run(["report", ...local], { cwd });
    expect(report.stdout).toMatch(/Planned for KV Manager\W+2\.1\.0 \(the version of the checkout\)/);
    const elsewhere = project(configs);
    const saved = ["status", "--snapshot", "-"];
    const { code, json } = await runJson(saved, { cwd: elsewhere, input: report.stdout });
    expect([code, json.kvManager]).toEqual([3, { version: "2.1.0", from: "checkout" }]);
    expect(ids(json)).toEqual(eight.slice(0, 6));
    const { stdout } = await run(saved, { cwd: elsewhere, input: report.stdout });
    expect(stdout).toContain("the version of the checkout that the schema");
    const other = await runJson([...saved, "--for", "1"], { cwd: elsewhere, input: report.stdout });
    expect([other.json.kvManager, ids(other.json)]).toEqual([
      { version: "1", from: "flag" },
      ["001", "002", "003"],
    ]);
  });

  it("determines what is predicted for a deployment date", async () => {
    const cwd = project(configs);
    const predict = async (...flags: string[]) => {
      const { code, json } = await runJson(["status", "--deployed", "2026-01-15", ...flags], { cwd });
      return [
        code,
        json.kvManager.version,
        json.migrations.filter((m) => m.status === "pending").map((m) => m.id),
      ];
    };
    expect(await predict()).toEqual([0, "1", []]);
    expect(await predict("--for", "2")).toEqual([3, "2", ["007", "008"]]);
    expect(await predict("--for", "2.1.0")).toEqual([0, "2.1.0", []]);
  });
});

describe("setup in a checkout of 2.x", () => {
  it("finds only webhooks.name missing in a database made by KV Manager's own schema file", async () => {
    const cwd = inCheckout("2.3.1");
    await makeLocal(cwd, developmentId, "2026-07-25");
    const { code, json } = await runJson(["setup", ...local], { cwd });
    const { stdout } = await run(["setup", ...local], { cwd });
    expect([code, json.outcome]).toEqual([3, "pending"]);
    expect(json.statements).toEqual(["ALTER TABLE webhooks ADD COLUMN name TEXT NOT NULL DEFAULT ''"]);
    expect(stdout).toMatch(
      /To apply:\n {2}.* --local --config wrangler\.dev\.toml --binding METADATA --yes\n/,
    );
  });
});
