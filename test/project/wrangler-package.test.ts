import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installCommand } from "../../src/project/package-manager.js";
import { findWrangler, wranglerFolders } from "../../src/project/wrangler-package.js";

let root = "";
const at = (path: string) => join(root, path);

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "kv-wrangler-")));
  mkdirSync(at("project/worker"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

/** Puts a wrangler into a folder; its script would fail loudly if anybody started it. */
function install(folder: string, version = "4.86.0", node = ">=20.0.0"): void {
  write(`${folder}/package.json`, JSON.stringify({ name: "wrangler", version, engines: { node } }));
  write(`${folder}/bin/wrangler.js`, 'throw new Error("started");');
}

const find = (...path: string[]) => findWrangler([at("project/worker")], path.map(at).join(delimiter));

function problemOf(work: () => unknown): { code: string; message: string; advice: string } {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string; advice: string };
  }
  throw new Error("nothing was thrown");
}

describe("upward from the project", () => {
  it.each(["project/worker", "project", "."])("finds it in %s, by reading alone", (folder) => {
    install(`${folder}/node_modules/wrangler`, "4.42.1");
    expect(find()).toEqual({
      script: at(`${folder}/node_modules/wrangler/bin/wrangler.js`),
      version: "4.42.1",
    });
  });

  it("takes the nearest, then the next folder to look in, then PATH", () => {
    install("bin/node_modules/wrangler", "4.1.0");
    const folders = [at("project/worker"), at("elsewhere")];
    const version = () => findWrangler(folders, at("bin")).version;
    expect(version()).toBe("4.1.0");
    install("elsewhere/node_modules/wrangler", "4.2.0");
    expect(version()).toBe("4.2.0");
    install("node_modules/wrangler", "4.3.0");
    expect(version()).toBe("4.3.0");
    install("project/worker/node_modules/wrangler", "4.4.0");
    expect(version()).toBe("4.4.0");
  });

  it.each([
    ["no JSON", "{"],
    ["another package", '{"name": "@cloudflare/wrangler", "version": "9.0.0"}'],
    ["no version", '{"name": "wrangler"}'],
    ["null", "null"],
    ["a text", '"wrangler"'],
    ["a list", "[]"],
  ])("passes over a folder with %s", (_, manifest) => {
    write("project/worker/node_modules/wrangler/package.json", manifest);
    install("project/node_modules/wrangler");
    expect(find().script).toBe(at("project/node_modules/wrangler/bin/wrangler.js"));
  });

  it("looks from the config's folder first, then from where the user is", () => {
    expect(wranglerFolders(at("project/wrangler.toml"), root)).toEqual([at("project"), root]);
  });
});

describe("on PATH", () => {
  it("npm's global folder on POSIX: a link in bin", () => {
    install("usr/lib/node_modules/wrangler");
    mkdirSync(at("usr/bin"));
    symlinkSync("../lib/node_modules/wrangler/bin/wrangler.js", at("usr/bin/wrangler"));
    expect(find("nowhere", "usr/bin").script).toBe(at("usr/lib/node_modules/wrangler/bin/wrangler.js"));
  });

  it("a link from anywhere", () => {
    install("opt/tools/wrangler");
    mkdirSync(at("home/bin"), { recursive: true });
    symlinkSync(at("opt/tools/wrangler/bin/wrangler.js"), at("home/bin/wrangler"));
    expect(find("home/bin").script).toBe(at("opt/tools/wrangler/bin/wrangler.js"));
  });

  it("npm's global folder on Windows: shims beside node_modules", () => {
    install("npm/node_modules/wrangler");
    write("npm/wrangler.cmd", "@ECHO off\r\n");
    expect(find("npm").script).toBe(at("npm/node_modules/wrangler/bin/wrangler.js"));
    write("npm/wrangler", '#!/bin/sh\nexec node "$basedir/node_modules/wrangler/bin/wrangler.js" "$@"\n');
    expect(find("npm").script).toBe(at("npm/node_modules/wrangler/bin/wrangler.js"));
  });

  it("a project's own .bin folder", () => {
    install("other/node_modules/wrangler");
    mkdirSync(at("other/node_modules/.bin"));
    expect(find("other/node_modules/.bin").script).toBe(at("other/node_modules/wrangler/bin/wrangler.js"));
  });

  it("pnpm's shell script", () => {
    install("pnpm/global/5/node_modules/wrangler");
    write(
      "pnpm/bin/wrangler",
      [
        "#!/bin/sh",
        'basedir=$(dirname "$(echo "$0" | sed -e \'s,\\\\,/,g\')")',
        'if [ -x "$basedir/node" ]; then',
        '  exec "$basedir/node"  "$basedir/../global/5/node_modules/wrangler/bin/wrangler.js" "$@"',
        "else",
        '  exec node  "$basedir/../global/5/node_modules/wrangler/bin/wrangler.js" "$@"',
        "fi",
      ].join("\n"),
    );
    expect(find("pnpm/bin").script).toBe(at("pnpm/global/5/node_modules/wrangler/bin/wrangler.js"));
  });

  it.each<[string, (script: string) => string]>([
    ["a script of one's own", (script) => `#!/bin/sh\nexec node "${script}" "$@"\n`],
    ["one with single quotes", (script) => `#!/bin/sh\nNODE_OPTIONS= exec node '${script}' "$@"\n`],
    [
      "Nix' wrapper",
      (script) =>
        `#! /nix/store/x-bash/bin/bash -e\nexec "/nix/store/y-node/bin/node"  ${script.replace(/ /g, "\\ ")} "$@"\n`,
    ],
    [
      "one that starts what the package's own script would",
      (script) =>
        `#!/bin/sh\nexec node "${script.replace("bin/wrangler.js", "wrangler-dist/cli.js")}" "$@"\n`,
    ],
  ])("%s, which names the package", (_, script) => {
    install("opt/some-where/wrangler");
    write("home/bin/wrangler", script(at("opt/some-where/wrangler/bin/wrangler.js")));
    expect(find("home/bin").script).toBe(at("opt/some-where/wrangler/bin/wrangler.js"));
  });

  it("a script that names nothing, or a large program, is no reason to fail", () => {
    install("b/node_modules/wrangler");
    write("shims/wrangler", '#!/bin/sh\nexec asdf exec "wrangler" "$@"\n');
    write("large/wrangler", `x "/opt/wrangler/bin/wrangler.js" ${" ".repeat(70_000)}`);
    expect(find("shims", "large", "b").script).toBe(at("b/node_modules/wrangler/bin/wrangler.js"));
  });

  it("the first folder that has one", () => {
    install("b/node_modules/wrangler", "4.5.0");
    install("a/node_modules/wrangler", "4.6.0");
    expect(findWrangler([at("project")], ["", at("empty"), at("a"), at("b")].join(delimiter)).version).toBe(
      "4.6.0",
    );
  });
});

describe("versions", () => {
  it.each(["3.114.0", "3.114.17", "3.200.0", "4.0.0", "4.164.0", "5.0.0-beta.1"])("%s will do", (version) => {
    install("project/node_modules/wrangler", version);
    expect(find().version).toBe(version);
  });

  it.each(["3.113.9", "3.9.0", "2.20.0", "0.0.0-abc"])("%s is too old", (version) => {
    install("project/node_modules/wrangler", version);
    // A newer one elsewhere is no help: the project's own is the one that its database knows.
    install("bin/node_modules/wrangler", "4.86.0");
    const { code, message, advice } = problemOf(() => find("bin"));
    expect([code, message]).toEqual([
      "WRANGLER_TOO_OLD",
      `The project's wrangler is ${version}; this needs 3.114 or newer.`,
    ]);
    expect(advice).toBe(`Update it with:\n  ${installCommand(at("project")).join(" ")}`);
  });

  it.each([
    [">=99", "99.0"],
    [">=99.12.0", "99.12"],
    [">= 99.1", "99.1"],
  ])("Node %s is not this one", (engines, wanted) => {
    install("project/node_modules/wrangler", "4.160.0", engines);
    const { code, message } = problemOf(() => find());
    expect([code, message]).toEqual([
      "NODE_TOO_OLD",
      `The project's wrangler 4.160.0 needs Node ${wanted} or newer; this is Node ${process.versions.node}.`,
    ]);
  });

  it.each([">=18", `>=${process.versions.node}`, ">=16.17.0", "^99", "*"])(
    "Node %s is no obstacle",
    (engines) => {
      install("project/node_modules/wrangler", "4.86.0", engines);
      expect(find().version).toBe("4.86.0");
    },
  );
});

describe("none at all", () => {
  const version = Number(process.versions.node.split(".")[0]) < 22 ? "4.86.0" : "4";
  it.each([
    [null, `npm install --save-dev wrangler@${version}`],
    ["package-lock.json", `npm install --save-dev wrangler@${version}`],
    ["pnpm-lock.yaml", `pnpm add -D wrangler@${version}`],
    ["yarn.lock", `yarn add -D wrangler@${version}`],
    ["bun.lock", `bun add --dev wrangler@${version}`],
    ["bun.lockb", `bun add --dev wrangler@${version}`],
  ])("with %s says how to install it", (lockFile, command) => {
    // The lock file may lie above the config, and one further up does not count.
    write("package-lock.json", "");
    if (lockFile !== null) write(`project/${lockFile}`, "");
    const { code, message, advice } = problemOf(() => find("nowhere"));
    expect([code, message, advice]).toEqual([
      "WRANGLER_NOT_FOUND",
      "Wrangler, which talks to the database, is not installed in this project.",
      `Install it with:\n  ${command}`,
    ]);
  });
});
