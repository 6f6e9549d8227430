import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { lastFailureFile } from "../../src/report/last-failure-file.js";
import { run } from "../support/cli.js";
import { eraSchemas } from "../support/eras.js";
import { disposableProjects } from "../support/folders.js";
import { inspectionText } from "../support/inspections.js";
import { tomlBinding } from "../support/project.js";
import { loopback } from "../support/remote.js";
import { type Kind, kinds, partsShown } from "../support/secret-kinds.js";
import { keys, Screen } from "../support/terminal.js";

const project = disposableProjects();
const { make } = loopback();
const widths = [40, 120];

/** Fails the test if any part of these secrets is shown, or if nothing was hidden at all. */
function expectNone(shown: string, secrets = kinds): void {
  expect(shown).toMatch(/\[[\w -]*hidden\]/);
  for (const secret of secrets) expect(partsShown(shown, secret), secret.kind).toEqual([]);
}

/** Everything after a header's name on its line is hidden with it, so headers must come last. */
const headersLast = [...kinds].sort((a, b) => Number(isHeader(a)) - Number(isHeader(b)));
function isHeader({ text }: Kind): boolean {
  return /^x-auth|authorization/i.test(text);
}

/** Returns an inspection in which the columns of the last migrations have these defaults. */
function inspectionWith(defaults: string[]): string {
  const [first = "0", second = "0", third = "0"] = defaults.map((text) => `'${text.replaceAll("'", "''")}'`);
  const later = `ALTER TABLE bulk_jobs ADD COLUMN current_key TEXT DEFAULT ${first};
    ALTER TABLE bulk_jobs ADD COLUMN percentage REAL DEFAULT ${second};
    ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT DEFAULT ${third};`;
  const others = kinds.map(({ text }, i) => `c${i} TEXT DEFAULT '${text.replaceAll("'", "''")}'`);
  return inspectionText(`${eraSchemas.oldest}${later} CREATE TABLE planted(${others.join(", ")});`);
}

describe("secrets in column defaults", () => {
  // Dealt like cards, so that a header comes last in its default.
  const defaults = Array.from({ length: 6 }, (_, i) =>
    headersLast
      .filter((_, at) => at % 6 === i)
      .map(({ text }) => text)
      .join(" ; "),
  );

  it.each(widths)("are not in status --snapshot at %d columns", async (width) => {
    for (const some of [defaults.slice(0, 3), defaults.slice(3)]) {
      const input = inspectionWith(some);
      const env = { COLUMNS: String(width) };
      const { stdout, stderr } = await run(["status", "--snapshot", "-"], { cwd: project({}), env, input });
      expect(stdout).toContain("bulk_jobs");
      expectNone(stdout + stderr);
    }
  });

  it.each([
    ["in Markdown", []],
    ["in JSON", ["--json"]],
  ])("are not in report --snapshot %s", async (_, flags) => {
    for (const some of [defaults.slice(0, 3), defaults.slice(3)]) {
      const input = inspectionWith(some);
      const { code, stdout, stderr } = await run(["report", "--snapshot", "-", ...flags], {
        cwd: project({}),
        input,
      });
      expect([code, stderr]).toEqual([0, ""]);
      expectNone(stdout);
      expect(stdout).toContain("planted");
    }
  });
});

describe("secrets in configs, .env and the environment", () => {
  let cwd = "";
  let env: NodeJS.ProcessEnv = {};
  beforeAll(() => {
    const bindings = kinds.map(({ text }, i) =>
      tomlBinding(JSON.stringify(text).slice(1, -1), `local-${i}`, `B${i}`),
    );
    const variables = kinds.map(({ text }, i) => `V${i} = ${JSON.stringify(text)}`);
    cwd = project({
      "wrangler.toml": `name = "kv-manager"\n[vars]\n${variables.join("\n")}\n${bindings.join("")}`,
      ".env": kinds.map(({ text }, i) => `V${i}='${text}'`).join("\n"),
    });
    env = Object.fromEntries(kinds.map(({ text }, i) => [`V${i}`, text]));
  });

  it.each([[["report"]], [["report", "--json"]], [["status", "--local", "--json"]]])(
    "are not in %j",
    async (args) => {
      const { stdout, stderr } = await run(args, { cwd, env });
      expectNone(stdout + stderr);
    },
  );

  it.each(widths)("are not in an error or a prompt at %d columns", async (width) => {
    const failed = await run(["status", "--local"], { cwd, env: { ...env, COLUMNS: String(width) } });
    expect(failed.stderr).toContain("BINDING_AMBIGUOUS");
    expectNone(failed.stdout + failed.stderr);
    for (const flags of [[], ["--plain"]]) {
      const screen = new Screen(["--local", ...flags], { cwd, env, columns: width, rows: 400 });
      await screen.answer("first deployed?", keys.enter);
      await screen.waitFor(/B45/);
      screen.press(keys.ctrlC);
      await screen.exited;
      expectNone(await screen.text());
      expectNone(screen.raw);
    }
  });
});

describe("secrets that wrangler prints", () => {
  it.each(widths)("appear nowhere, not even with --debug, at %d columns", async (width) => {
    const XDG_STATE_HOME = mkdtempSync(join(tmpdir(), "kv-state-"));
    const env = { XDG_STATE_HOME, COLUMNS: String(width) };
    const database = await make("oldest", env);
    // A secret that is recognizable only by the name of its variable.
    const plain = { kind: "of the .env", text: "", hidden: "correct/horse+battery staple=1" };
    writeFileSync(join(database.cwd, ".env"), `SESSION_PASSWORD="${plain.hidden}"\n`);
    const said = [plain.hidden, encodeURIComponent(plain.hidden), ...headersLast.map(({ text }) => text)];
    const all = [...kinds, plain, { ...plain, hidden: encodeURIComponent(plain.hidden) }];
    database.fault({ kind: "fail", status: 418, code: 1, message: said.join("\n") });
    for (const flags of [["--debug"], ["--json", "--debug"], []]) {
      const { code, stdout, stderr } = await run(["status", "--remote", ...flags], database);
      expect(code).toBe(1);
      expectNone(stdout + stderr, all);
    }
    expectNone(readFileSync(lastFailureFile({ XDG_STATE_HOME }, database.cwd), "utf8"), all);
    const report = await run(["report"], database);
    expect(report.stdout).toContain("Not solved since");
    expectNone(report.stdout + report.stderr, all);
  });
});

it.each(widths)("secrets passed to explain are not in its answer at %d columns", async (width) => {
  const input = kinds.map(({ text }) => `${text} fetch failed ${text}`);
  for (const line of [input.slice(0, 5).join(" "), ...input.slice(6, 12)]) {
    const { stdout, stderr } = await run(["explain", "-"], {
      cwd: project({}),
      env: { COLUMNS: String(width) },
      input: line,
    });
    expect(stdout).toContain("What it means");
    for (const secret of kinds) expect(partsShown(stdout + stderr, secret), secret.kind).toEqual([]);
  }
});

it("secrets in an unexpected error are not in what Node prints", async () => {
  const cwd = project({});
  const message = JSON.stringify(headersLast.map(({ text }) => text).join("\n"));
  // Node also prints the line that threw the error.
  const script = `const said = ${message};\nprocess.stdout.write = () => { throw new TypeError(said) };`;
  writeFileSync(join(cwd, "break.cjs"), script);
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(join(cwd, "break.cjs"))}` };
  const { code, stderr } = await run(["report"], { cwd, env });
  expect(code).toBe(1);
  expect(stderr).toContain("TypeError");
  expectNone(stderr);
});
