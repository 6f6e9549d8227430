import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cli, ended, run } from "../support/cli.js";
import { packageFolder } from "../support/project.js";

const page = readFileSync(join(packageFolder, "dist", "page.html"), "utf8");

describe("the page's file", () => {
  it("is at most 200 kB", () => {
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(200_000);
  });

  it("allows only its own script and style, by their hashes", () => {
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hashOf = (tag: string) => {
      const [, text = ""] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page) ?? [];
      expect(text.length).toBeGreaterThan(1000);
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    expect(policy?.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hashOf("script")}`,
      `style-src ${hashOf("style")}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page.match(/<(script|style|link|img|iframe|form|meta http)/g)).toEqual([
      ...["<meta http", "<style", "<script"],
    ]);
  });
});

describe("kv-manager-upgrade page", () => {
  it("prints the page byte for byte and starts no program", async () => {
    const { code, stdout, stderr, starts } = await run(["page"], { cwd: tmpdir() });
    expect([code, stderr, starts]).toEqual([0, "", []]);
    expect(stdout === page).toBe(true);
  });

  it.each([
    [["page", "--json"], "--json cannot be used with page."],
    [["page", "--local"], "--local cannot be used with page."],
    [["page", "--snapshot", "a"], "--snapshot cannot be used with page."],
    [["page", "--yes"], "--yes cannot be used with page."],
    [["page", "index.html"], "Unexpected argument: index.html"],
  ])("%j is a usage error", async (args, says) => {
    const { code, stdout, stderr } = await run(args, { cwd: tmpdir() });
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stdout).not.toContain("<!doctype");
  });

  it("is listed in the help", async () => {
    expect((await run(["--help"], { cwd: tmpdir() })).stdout).toMatch(
      /^ {2}page {6}prints the upgrade as a web page/m,
    );
  });

  it("exits with 0 when its pipe is closed early", async () => {
    const child = spawn(process.execPath, [cli, "page"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.once("data", () => child.stdout.destroy());
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("fails in a damaged installation and names the damaged file", async () => {
    const folder = installed();
    truncateSync(join(folder, "dist", "page.html"), 1000);
    const { code, stderr } = await runInstalled(folder, ["page"]);
    expect(code).toBe(1);
    expect(stderr).toContain("dist/page.html");
  });
});

describe("report and explain", () => {
  const ways = [["report"], ["explain", "fetch failed"]];

  it.each(ways)("end with the page's address if the package has one: %s", async (...args) => {
    const folder = installed();
    const manifest = join(folder, "package.json");
    const address = "https://example.github.io/kv-manager-upgrade/";
    writeFileSync(
      manifest,
      JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), homepage: address }),
    );
    const { code, stdout } = await runInstalled(folder, args);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(
      `The same in a browser, with nothing to install: ${address}`,
    );
  });

  it.each(ways)("do not mention the page if the package has no address: %s", async (...args) => {
    expect((await runInstalled(installed(), args)).stdout).not.toContain("in a browser");
  });
});

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Returns the folder of a package as npm installs it. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), "installed-"));
  folders.push(folder);
  for (const part of ["dist", "sql", "package.json"])
    cpSync(join(packageFolder, part), join(folder, part), { recursive: true });
  return folder;
}

async function runInstalled(folder: string, args: string[]) {
  const child = spawn(process.execPath, [join(folder, "dist", "cli.cjs"), ...args], { cwd: folder });
  child.stdin.end();
  return ended(child);
}
