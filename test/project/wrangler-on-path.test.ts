import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isOnPath, wranglersOnPath } from "../../src/project/wrangler-on-path.js";

let root = "";
const at = (path: string) => join(root, path);

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "kv-path-")));
  mkdirSync(at("bin"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(name: string, ...lines: string[]): void {
  writeFileSync(at(`bin/${name}`), lines.join("\r\n"));
}

function onWindows(PATHEXT?: string) {
  const [found] = wranglersOnPath({ PATH: `"${at("bin")}"`, ...(PATHEXT ? { PATHEXT } : {}) }, "win32");
  if (found === undefined) throw new Error("the folder was passed over");
  return found;
}

describe("wrangler commands on Windows", () => {
  it.each<[string, string, string[], string]>([
    [
      "npm's",
      "wrangler.cmd",
      [
        "@ECHO off",
        "SET dp0=%~dp0",
        'endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & "%_prog%"  "%dp0%\\own\\wrangler\\bin\\wrangler.js" %*',
      ],
      "bin/own/wrangler",
    ],
    [
      "pnpm's",
      "wrangler.CMD",
      ["@SETLOCAL", '  node  "%~dp0\\..\\global\\5\\node_modules\\wrangler\\bin\\wrangler.js" %*'],
      "global/5/node_modules/wrangler",
    ],
    [
      "PowerShell's",
      "wrangler.ps1",
      ['& "$basedir/node$exe"  "$basedir/../global/5/node_modules/wrangler/bin/wrangler.js" $args'],
      "global/5/node_modules/wrangler",
    ],
    [
      "one of one's own in PowerShell",
      "wrangler.ps1",
      ['node "$PSScriptRoot\\..\\tools\\wrangler\\bin\\wrangler.js" @args'],
      "tools/wrangler",
    ],
    [
      "one of one's own",
      "wrangler.bat",
      ["@node %~dp0..\\tools\\wrangler\\bin\\wrangler.js %*"],
      "tools/wrangler",
    ],
  ])("%s is followed to the package it names", (_, name, lines, expected) => {
    // As on a Windows disk, where case does not matter.
    put(name.toLowerCase(), ...lines);
    expect(onWindows().packages).toContain(at(expected));
  });

  it("a script that names no package is found but cannot be started without a shell", () => {
    put("wrangler.cmd", "@echo off", "mise x -- wrangler %*");
    expect(onWindows()).toMatchObject({ command: at("bin/wrangler.cmd"), startable: false });
  });

  it("a program takes precedence over a script; among programs PATHEXT decides", () => {
    for (const extension of ["cmd", "exe", "com"]) put(`wrangler.${extension}`, "");
    expect(onWindows()).toMatchObject({ command: at("bin/wrangler.com"), startable: true });
    expect(onWindows(".CMD;.EXE;.COM").command).toBe(at("bin/wrangler.exe"));
  });

  it("a file is not a command without a command's extension or when PATHEXT omits it", () => {
    put("wrangler", "");
    put("wrangler.txt", "");
    put("wrangler.com", "");
    expect(onWindows(".EXE; ;.CMD")).toMatchObject({ command: null, startable: false });
  });
});

describe.skipIf(process.platform === "win32")("wrangler commands on other systems", () => {
  it("are executable files", () => {
    const command = () => wranglersOnPath({ PATH: at("bin") })[0]?.command;
    put("wrangler", "#!/bin/sh");
    put("wrangler.exe", "");
    expect(command()).toBeNull();
    chmodSync(at("bin/wrangler"), 0o755);
    expect(command()).toBe(at("bin/wrangler"));
    rmSync(at("bin/wrangler"));
    mkdirSync(at("bin/wrangler"));
    expect(command()).toBeNull();
  });

  it("are the user's own only outside node_modules/.bin, which npx adds", () => {
    const bin = "node_modules/.bin";
    mkdirSync(at(bin), { recursive: true });
    for (const folder of ["bin", bin]) {
      writeFileSync(at(`${folder}/wrangler`), "");
      chmodSync(at(`${folder}/wrangler`), 0o755);
    }
    expect(isOnPath({ PATH: at(bin) })).toBe(false);
    expect(isOnPath({ PATH: [at(bin), at("bin")].join(delimiter) })).toBe(true);
    expect(isOnPath({})).toBe(false);
  });
});
