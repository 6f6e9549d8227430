import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { shellQuote } from "../../src/lib/shell-quote.js";
import type { Target } from "../../src/project/targets.js";
import { commandFor } from "../../src/screen/rerun-command.js";
import { connectionTo } from "../support/connections.js";

describe("quoting a word for a POSIX shell", () => {
  it.each([
    ["METADATA", "METADATA"],
    ["--config=../kv/wrangler.toml", "--config=../kv/wrangler.toml"],
    ["a@b%c+d=e:f,g.h-i_j", "a@b%c+d=e:f,g.h-i_j"],
    ["", "''"],
    ["my kv", "'my kv'"],
    ["Jo's", "'Jo'\\''s'"],
    ["$(x) `y` $HOME", "'$(x) `y` $HOME'"],
    ['a"b', "'a\"b'"],
    ["a;b|c&d>e", "'a;b|c&d>e'"],
    ["a!b", "'a!b'"],
    ["*", "'*'"],
    ["~", "'~'"],
    ["straße", "'straße'"],
    ["a\nb", "'a\nb'"],
    // The home folder's name is hidden on the screen, and the command shown must work.
    ["/home/me/kv", "/home/me/kv"],
    ["/home/me/my kv", "~/'my kv'"],
    ["/home/me/Jo's kv", "~/'Jo'\\''s kv'"],
    ["/home/me2/my kv", "'/home/me2/my kv'"],
    ["/mnt/home/me/my kv", "'/mnt/home/me/my kv'"],
  ])("%j becomes %s", (word, shown) => {
    for (const platform of ["linux", "darwin"] as const)
      expect(shellQuote(word, "/home/me", platform)).toBe(shown);
  });

  it.each(["/home/me/", "/home/me//"])("leaves ~ outside the quotes when HOME is %j", (home) => {
    expect(shellQuote("/home/me/my kv", home, "linux")).toBe("~/'my kv'");
    expect(shellQuote("/home/me", home, "linux")).toBe("/home/me");
  });

  it.each(["", "/"])("keeps the whole path when HOME is %j", (home) => {
    expect(shellQuote("/srv/my kv", home, "linux")).toBe("'/srv/my kv'");
  });
});

describe("quoting a word for Windows", () => {
  it.each([
    ["METADATA", "METADATA"],
    ["C:\\kv\\wrangler.toml", "C:\\kv\\wrangler.toml"],
    ["", '""'],
    ["my kv", '"my kv"'],
    ["Jo's", '"Jo\'s"'],
    ["C:\\Users\\me\\my kv", '"C:\\Users\\me\\my kv"'],
    ["D:\\my state\\", '"D:\\my state\\\\"'],
    // PowerShell reads the first as a list and the second as a variable.
    ["C:\\kv,old", '"C:\\kv,old"'],
    ["@kv", '"@kv"'],
    ["a@b", "a@b"],
  ])("%j becomes %s", (word, shown) => {
    expect(shellQuote(word, "C:\\Users\\me", "win32")).toBe(shown);
  });
});

describe("the command for the same database", () => {
  // Whether the absolute or the relative path is shorter must not depend on the folder of the tests.
  const here = "/srv/self-hosted/kv-manager";
  beforeAll(() => {
    vi.spyOn(process, "cwd").mockReturnValue(here);
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });
  const asked = { cwd: here, timeoutSeconds: 120, forVersion: null, backup: null };
  const flags = "--config wrangler.toml --binding METADATA";

  it.each([
    ["asks before it upgrades", "", false, `kv-manager-upgrade --remote ${flags}`],
    ["upgrades without asking", "", true, `kv-manager-upgrade --remote ${flags} --yes`],
    ["shows its status", "status", false, `kv-manager-upgrade status --remote ${flags}`],
    ["sets it up without asking", "setup", true, `kv-manager-upgrade setup --remote ${flags} --yes`],
  ] as const)("%s", (_, command, yes, line) => {
    expect(commandFor(command, connectionTo("remote"), asked, yes)).toBe(line);
  });

  it("keeps a different timeout, and a backup if the command applies an upgrade", () => {
    const more = { cwd: here, timeoutSeconds: 600, forVersion: null, backup: join(here, "my backup.sql") };
    const line = `--remote ${flags} --timeout 600`;
    expect(commandFor("", connectionTo("remote"), more, true)).toBe(
      `kv-manager-upgrade ${line} --yes --backup 'my backup.sql'`,
    );
    expect(commandFor("", connectionTo("remote"), more, false)).toBe(`kv-manager-upgrade ${line}`);
    expect(commandFor("setup", connectionTo("remote"), more, true)).toBe(
      `kv-manager-upgrade setup ${line} --yes`,
    );
    expect(commandFor("status", connectionTo("remote"), more, false)).toBe(
      `kv-manager-upgrade status ${line}`,
    );
  });

  it.each(["local", "remote", "preview"] as const)("names the %s database", (location) => {
    expect(commandFor("status", connectionTo(location), asked, false)).toBe(
      `kv-manager-upgrade status --${location} ${flags}`,
    );
  });

  it.each<[string, Partial<Target>, string]>([
    ["an environment", { env: "eu" }, "--config wrangler.toml --env eu --binding METADATA"],
    [
      "odd names",
      { env: "e u", config: "../my kv/w.toml", binding: "a'b" },
      "--config '../my kv/w.toml' --env 'e u' --binding 'a'\\''b'",
    ],
  ])("names %s", (_, target, words) => {
    expect(commandFor("", connectionTo("local", target), asked, true)).toBe(
      `kv-manager-upgrade --local ${words} --yes`,
    );
  });

  it.each([
    ["/srv/kv", "/srv/kv"],
    ["/srv/my kv", "'/srv/my kv'"],
    [join(homedir(), "my kv"), "~/'my kv'"],
  ])("names another folder and a state folder: %s", (folder, shown) => {
    const connection = { ...connectionTo("local"), persistTo: join(folder, "state") };
    expect(commandFor("status", connection, { ...asked, cwd: folder }, false)).toBe(
      `kv-manager-upgrade status --local ${flags} --persist-to state --cwd ${shown}`,
    );
    expect(commandFor("", connection, asked, true)).toBe(
      `kv-manager-upgrade --local ${flags} --persist-to ${shown.replace(/('?)$/, "/state$1")} --yes`,
    );
  });
});
