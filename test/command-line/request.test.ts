import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRequest } from "../../src/command-line/request.js";
import { deployDateProblem } from "../../src/plan/eras.js";
import type { Request } from "../../src/run/request.js";

const today = "2025-12-24";
let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-request-")));
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "file"), "");
  symlinkSync("loop", join(folder, "loop"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const words = (line: string) => line.split(" ").filter(Boolean);
const parse = (line: string) => parseRequest(words(line), folder, today);

const nothing: Partial<Request> = {
  command: "upgrade",
  location: null,
  binding: null,
  config: null,
  env: null,
  persistTo: null,
  deployed: null,
  dryRun: false,
  yes: false,
  backup: null,
  snapshot: null,
  printQuery: null,
  text: null,
  json: false,
  color: true,
  timeoutSeconds: 120,
  debug: false,
};

describe("parsing a command line", () => {
  it.each<[string, Partial<Request>]>([
    ["", {}],
    ["status", { command: "status" }],
    ["report", { command: "report" }],
    [
      "report --remote --deployed 2025-11-08",
      { command: "report", location: "remote", deployed: "2025-11-08" },
    ],
    ["report --snapshot -", { command: "report", snapshot: "-" }],
    ["status --print-query", { command: "status", printQuery: { persistTo: null } }],
    [
      "status --print-query --local --persist-to ../x",
      {
        command: "status",
        location: "local",
        persistTo: join(tmpdir(), "x"),
        printQuery: { persistTo: "../x" },
      },
    ],
    ["explain", { command: "explain" }],
    ["explain -", { command: "explain", text: "-" }],
    ["explain duplicate column name: a", { command: "explain", text: "duplicate column name: a" }],
    ["explain --json -- --odd text", { command: "explain", text: "--odd text", json: true }],
    ["setup", { command: "setup", d1Location: null, jurisdiction: null }],
    ["setup --remote --d1-location weur", { command: "setup", location: "remote", d1Location: "weur" }],
    ["setup --jurisdiction eu", { command: "setup", jurisdiction: "eu" }],
    ["--local", { location: "local" }],
    ["--remote", { location: "remote" }],
    ["--preview status", { command: "status", location: "preview" }],
    ["--local --local", { location: "local" }],
    ["--binding METADATA", { binding: "METADATA" }],
    ["--binding=--odd", { binding: "--odd" }],
    ["-b kv-manager-metadata", { binding: "kv-manager-metadata" }],
    ["-bDB -y", { binding: "DB", yes: true }],
    ["-b A -b B", { binding: "B" }],
    ["--config wrangler.dev.toml", { config: "wrangler.dev.toml" }],
    ["-c ../w.toml", { config: "../w.toml" }],
    ["--env prod", { env: "prod" }],
    ["-e prod", { env: "prod" }],
    ["--deployed 2025-11-08", { deployed: "2025-11-08" }],
    ["status --deployed=2024-02-29", { command: "status", deployed: "2024-02-29" }],
    ["--dry-run", { dryRun: true }],
    ["status --dry-run", { command: "status", dryRun: true }],
    ["setup --dry-run --yes", { command: "setup", dryRun: true, yes: true }],
    ["--yes", { yes: true }],
    ["-y", { yes: true }],
    ["--remote --backup /mnt/kv.sql", { location: "remote", backup: "/mnt/kv.sql" }],
    ["--json", { json: true }],
    ["--timeout 5", { timeoutSeconds: 5 }],
    ["--timeout 999999", { timeoutSeconds: 999_999 }],
    ["--no-color", { color: false }],
    ["--debug", { debug: true }],
    [
      "status --remote -c w.toml -e prod -b DB --json --debug --no-color --timeout 30",
      {
        command: "status",
        location: "remote",
        config: "w.toml",
        env: "prod",
        binding: "DB",
        json: true,
        debug: true,
        color: false,
        timeoutSeconds: 30,
      },
    ],
  ])("accepts %j", (line, expected) => {
    expect(parse(line)).toMatchObject({ ...nothing, cwd: folder, ...expected });
  });

  it("resolves paths relative to --cwd", () => {
    expect(parse("--cwd sub --local --persist-to ../state")).toMatchObject({
      cwd: join(folder, "sub"),
      persistTo: join(folder, "state"),
    });
    expect(parse(`--cwd ${join(folder, "sub")} --local --persist-to state`)).toMatchObject({
      cwd: join(folder, "sub"),
      persistTo: join(folder, "sub", "state"),
    });
    expect(parse("--cwd sub --remote --backup kv.sql").backup).toBe(join(folder, "sub", "kv.sql"));
    expect(parse("--local --persist-to /mnt/kv").persistTo).toBe("/mnt/kv");
    expect(parse("status --cwd sub --snapshot ../a.md").snapshot).toBe(join(folder, "a.md"));
  });
});

describe("an invalid command line", () => {
  it.each([
    ["--local --remote", "Use only one of --local and --remote."],
    ["status --preview --remote", "Use only one of --remote and --preview."],
    ["--local --preview", "Use only one of --local and --preview."],
    ["--persist-to x", "--persist-to requires --local."],
    ["--remote --persist-to x", "--persist-to requires --local."],
    ["status --preview --persist-to x", "--persist-to requires --local."],
    [
      "--preview --backup kv.sql",
      "--backup cannot be used with --preview: it would export the deployed database.",
    ],
    ["status --remote --backup kv.sql", "--backup cannot be used with status."],
    ["status --yes", "--yes cannot be used with status."],
    ["status -y", "--yes cannot be used with status."],
    ["setup --deployed 2025-11-08", "--deployed cannot be used with setup."],
    ["status --snapshot a --local", "--snapshot cannot be used with --local."],
    ["status --snapshot a --remote", "--snapshot cannot be used with --remote."],
    ["status --snapshot a --preview", "--snapshot cannot be used with --preview."],
    ["status --print-query --json", "--print-query cannot be used with --json."],
    ["status --print-query --deployed=2025-11-08", "--print-query cannot be used with --deployed."],
    ["status --print-query --snapshot a", "--print-query cannot be used with --snapshot."],
    ["--snapshot a", "--snapshot works only with status or report."],
    ["setup --snapshot a", "--snapshot cannot be used with setup."],
    ["report --print-query", "--print-query cannot be used with report."],
    ["report --yes", "--yes cannot be used with report."],
    ["report --dry-run", "--dry-run cannot be used with report."],
    ["report --backup a.sql", "--backup cannot be used with report."],
    ["report it", "Unexpected argument: it"],
    ["explain --remote a", "--remote cannot be used with explain."],
    ["explain --binding B a", "--binding cannot be used with explain."],
    ["explain --timeout 5 a", "--timeout cannot be used with explain."],
    ["--d1-location weur", "--d1-location works only with setup."],
    ["status --jurisdiction eu", "--jurisdiction cannot be used with status."],
    ["setup --local --d1-location weur", "--d1-location requires --remote."],
    ["setup --preview --jurisdiction eu", "--jurisdiction requires --remote."],
    ["setup --d1-location mars", '--d1-location takes one of weur, eeur, apac, oc, wnam, enam, not "mars".'],
    ["setup --jurisdiction toString", '--jurisdiction takes one of eu, fedramp, us, not "toString".'],
    [
      "setup --jurisdiction eu --d1-location weur",
      "--d1-location cannot be used with --jurisdiction, which decides the location.",
    ],
    ["upgrade", "Unknown command: upgrade"],
    ["Status", "Unknown command: Status"],
    ["toString", "Unknown command: toString"],
    ["status status", "Unexpected argument: status"],
    ["--frobnicate", "Unknown flag: --frobnicate"],
    ["--frobnicate=1", "Unknown flag: --frobnicate"],
    ["-x", "Unknown flag: -x"],
    ["--Local", "Unknown flag: --Local"],
    ["--color", "Unknown flag: --color"],
    ["--local=yes", "--local takes no value."],
    ["--yes=1", "--yes takes no value."],
    ["--help=1", "--help takes no value."],
    ["-h=1", "A short flag takes its value without an equals sign, as in -c FILE."],
    ["-b=X", "The value of --binding starts with an equals sign; write --binding VALUE."],
    ["-c=w.toml", "The value of --config starts with an equals sign; write --config VALUE."],
    ["status -e=prod", "The value of --env starts with an equals sign; write --env VALUE."],
    ["-b =X", "The value of --binding starts with an equals sign; write --binding VALUE."],
    ["status -y=1", "A short flag takes its value without an equals sign, as in -c FILE."],
    ...["binding", "config", "env", "cwd", "deployed", "timeout", "backup"].flatMap((name) => [
      [`--${name}`, `--${name} needs a value.`],
      [`--${name}=`, `--${name} needs a value.`],
      [`--${name} --json`, `--${name} needs a value.`],
    ]),
    ["--local --persist-to", "--persist-to needs a value."],
    ["-b", "--binding needs a value."],
    ["-c -y", "--config needs a value."],
    ["-e", "--env needs a value."],
    ["--cwd nowhere", 'There is no folder "nowhere".'],
    ["--cwd file/sub", 'There is no folder "file/sub".'],
    ["--cwd loop", 'There is no folder "loop".'],
    ["--cwd loop/sub", 'There is no folder "loop/sub".'],
    ["--cwd file", 'There is no folder "file".'],
    ...["0", "-1", "1.5", "1e3", "ten", "08", "1000000", "+5"].map((value) => [
      `--timeout=${value}`,
      `--timeout takes a positive whole number of seconds, not "${value}".`,
    ]),
    ["--deployed 2025-02-31", '"2025-02-31" is not a date; use YYYY-MM-DD, such as 2025-11-08.'],
    ["status --deployed 2025-12-26", '"2025-12-26" is in the future.'],
  ])("such as %j is rejected: %s", (line, message) => {
    expect(() => parse(line as string)).toThrow(expect.objectContaining({ code: "USAGE", message }));
  });

  it("is rejected with advice on how to list all flags", () => {
    expect(() => parse("--frobnicate")).toThrow(
      expect.objectContaining({ advice: 'Run "kv-manager-upgrade --help" for all commands and flags.' }),
    );
  });

  it.each([
    ["is too long for any file system", "x".repeat(300), "x".repeat(300)],
    ["no file system allows", "a\0b", "a\\x00b"],
  ])("is rejected for a folder name that %s", (_, name, shown) => {
    expect(() => parseRequest(["--cwd", name], folder, today)).toThrow(
      expect.objectContaining({ code: "USAGE", message: `There is no folder "${shown}".` }),
    );
  });

  it.each(["--binding", "--env", "--config", "--cwd", "--deployed"])(
    "is rejected for an empty value of %s",
    (flag) => {
      expect(() => parseRequest([flag, ""], folder, today)).toThrow(`${flag} needs a value.`);
    },
  );
});

describe("deploy dates", () => {
  it.each([
    ...["2025-11-08", "2024-02-29", "2025-10-31", "2025-12-24", "2000-02-29", "2023-01-01"],
    // In some time zone it is already the next day.
    "2025-12-25",
  ])("accept %s", (text) => {
    expect(deployDateProblem(text, today)).toBeNull();
  });

  it.each([
    ...["2025-02-31", "2025-11-31", "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10", "2025-01-00"],
    ...["2025-01-32", "20251108", "2025-1-8", "2025-11-8", "08-11-2025", "11/08/2025", "2025/11/08"],
    ...["2025-11-08T00:00:00Z", " 2025-11-08", "2025-11-08 ", "2025-11-08\n", "+2025-11-08", "yesterday", ""],
    ...["２０２５-11-08", "2025‑11‑08", "20250231"],
  ])("reject %j as not a day", (text) => {
    expect(deployDateProblem(text, today)).toBe(
      `"${text}" is not a date; use YYYY-MM-DD, such as 2025-11-08.`,
    );
  });

  it.each([
    ["2025-12-26", "2025-12-24"],
    ["2026-01-01", "2025-12-24"],
    ["9999-12-31", "2025-12-24"],
    ["2024-03-02", "2024-02-29"],
  ])("reject %s as in the future on %s", (text, on) => {
    expect(deployDateProblem(text, on)).toBe(`"${text}" is in the future.`);
  });

  it("accept tomorrow in the next month or year", () => {
    expect(deployDateProblem("2026-01-01", "2025-12-31")).toBeNull();
    expect(deployDateProblem("2024-03-01", "2024-02-29")).toBeNull();
  });
});
