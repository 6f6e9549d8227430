import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wranglerForReport, wranglerOf } from "../../../src/database/wrangler/find-wrangler.js";
import { Cancelled } from "../../../src/lib/problem.js";
import { installCommand } from "../../../src/project/package-manager.js";

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

/** Installs a wrangler in a folder; its script throws if it is started. */
function install(folder: string, version = "4.86.0", node = ">=20.0.0"): void {
  write(`${folder}/package.json`, JSON.stringify({ name: "wrangler", version, engines: { node } }));
  write(`${folder}/bin/wrangler.js`, 'throw new Error("started");');
}

/** Puts an executable script named wrangler into a folder. */
function shim(folder: string, script: string): void {
  write(`${folder}/wrangler`, `#!/bin/sh\n${script}\n`);
  chmodSync(at(`${folder}/wrangler`), 0o755);
}

/** Finds the wrangler of a config in one folder for a user in another, or in the same one. */
const findFrom = (folder: string, env: NodeJS.ProcessEnv, cwd = folder, signal?: AbortSignal) =>
  wranglerOf(at(`${folder}/wrangler.toml`), at(cwd), env, signal);
/** Finds wrangler with these folders on PATH, followed by what the scripts themselves need. */
const find = (...path: string[]) =>
  findFrom("project/worker", { PATH: [...path.map(at), "/bin"].join(delimiter) });
/** The script that Node runs for the wrangler that is found. */
async function scriptOf(...path: string[]): Promise<string | undefined> {
  const { command } = await find(...path);
  expect(command[0]).toBe(process.execPath);
  return command[1];
}

async function problemOf(work: () => Promise<unknown>) {
  try {
    await work();
  } catch (error) {
    return error as { code: string; message: string; advice: string };
  }
  throw new Error("nothing was thrown");
}

describe("wranglerOf, upward from the project", () => {
  it.each(["project/worker", "project", "."])("finds it in %s without starting it", async (folder) => {
    install(`${folder}/node_modules/wrangler`, "4.42.1");
    expect(await find()).toEqual({
      command: [process.execPath, at(`${folder}/node_modules/wrangler/bin/wrangler.js`)],
      folder: at(`${folder}/node_modules/wrangler`),
      version: "4.42.1",
    });
  });

  it("prefers what is nearest to the config, then to the user's folder, then PATH", async () => {
    install("bin/node_modules/wrangler", "4.1.0");
    const version = async () => (await findFrom("project/worker", { PATH: at("bin") }, "elsewhere")).version;
    expect(await version()).toBe("4.1.0");
    install("elsewhere/node_modules/wrangler", "4.2.0");
    expect(await version()).toBe("4.2.0");
    install("node_modules/wrangler", "4.3.0");
    expect(await version()).toBe("4.3.0");
    install("project/worker/node_modules/wrangler", "4.4.0");
    expect(await version()).toBe("4.4.0");
  });

  it.each([
    ["no JSON", "{"],
    ["another package", '{"name": "@cloudflare/wrangler", "version": "9.0.0"}'],
    ["no version", '{"name": "wrangler"}'],
    ["null", "null"],
    ["a text", '"wrangler"'],
    ["a list", "[]"],
  ])("skips a folder whose package.json is or has %s", async (_, manifest) => {
    write("project/worker/node_modules/wrangler/package.json", manifest);
    install("project/node_modules/wrangler");
    expect(await scriptOf()).toBe(at("project/node_modules/wrangler/bin/wrangler.js"));
  });
});

describe("wranglerOf on PATH", () => {
  it("finds npm's global folder on POSIX, through a link in bin", async () => {
    install("usr/lib/node_modules/wrangler");
    mkdirSync(at("usr/bin"));
    symlinkSync("../lib/node_modules/wrangler/bin/wrangler.js", at("usr/bin/wrangler"));
    expect(await scriptOf("nowhere", "usr/bin")).toBe(at("usr/lib/node_modules/wrangler/bin/wrangler.js"));
  });

  it("follows a link from anywhere", async () => {
    install("opt/tools/wrangler");
    mkdirSync(at("home/bin"), { recursive: true });
    symlinkSync(at("opt/tools/wrangler/bin/wrangler.js"), at("home/bin/wrangler"));
    expect(await scriptOf("home/bin")).toBe(at("opt/tools/wrangler/bin/wrangler.js"));
  });

  it("finds npm's global folder on Windows, with shims beside node_modules", async () => {
    install("npm/node_modules/wrangler");
    write("npm/wrangler.cmd", "@ECHO off\r\n");
    expect(await scriptOf("npm")).toBe(at("npm/node_modules/wrangler/bin/wrangler.js"));
    write("npm/wrangler", '#!/bin/sh\nexec node "$basedir/node_modules/wrangler/bin/wrangler.js" "$@"\n');
    expect(await scriptOf("npm")).toBe(at("npm/node_modules/wrangler/bin/wrangler.js"));
  });

  it("finds the package of another project's .bin folder", async () => {
    install("other/node_modules/wrangler");
    mkdirSync(at("other/node_modules/.bin"));
    expect(await scriptOf("other/node_modules/.bin")).toBe(at("other/node_modules/wrangler/bin/wrangler.js"));
  });

  it("finds the package that pnpm's shell script names", async () => {
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
    expect(await scriptOf("pnpm/bin")).toBe(at("pnpm/global/5/node_modules/wrangler/bin/wrangler.js"));
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
  ])("finds the package that the command names: %s", async (_, script) => {
    install("opt/some-where/wrangler");
    write("home/bin/wrangler", script(at("opt/some-where/wrangler/bin/wrangler.js")));
    expect(await scriptOf("home/bin")).toBe(at("opt/some-where/wrangler/bin/wrangler.js"));
  });

  it("skips a script that names no package, and a large program", async () => {
    install("b/node_modules/wrangler");
    write("shims/wrangler", '#!/bin/sh\nexec asdf exec "wrangler" "$@"\n');
    write("large/wrangler", `x "/opt/wrangler/bin/wrangler.js" ${" ".repeat(70_000)}`);
    expect(await scriptOf("shims", "large", "b")).toBe(at("b/node_modules/wrangler/bin/wrangler.js"));
  });

  it("takes the first folder that has one", async () => {
    install("b/node_modules/wrangler", "4.5.0");
    install("a/node_modules/wrangler", "4.6.0");
    const PATH = ["", at("empty"), at("a"), at("b")].join(delimiter);
    expect((await findFrom("project", { PATH })).version).toBe("4.6.0");
  });
});

// Only POSIX starts a script as a program.
describe.skipIf(process.platform === "win32")("a command on PATH that names no package", () => {
  const version = (text: string) => `echo '${text}'`;

  it.each([
    ["a version alone", version("4.86.0"), "4.86.0"],
    ["a banner", version(" ⛅️ wrangler 4.48.0 (update available 4.164.0)"), "4.48.0"],
    ["a name before it", version("wrangler 4.1.0-beta.2"), "4.1.0-beta.2"],
    ["colors", "printf '\\033[33m4.86.0\\033[0m\\n'", "4.86.0"],
  ])("is run for its version, printed with %s", async (_, script, expected) => {
    shim("shims", script);
    expect(await find("nowhere", "shims")).toEqual({
      command: [at("shims/wrangler")],
      folder: null,
      version: expected,
    });
  });

  it("is run for its version only once, in the folder that a version manager looks at", async () => {
    shim("shims", `cat version; echo x >> "${at("asked")}"`);
    write("project/worker/version", "4.86.0\n");
    for (let time = 0; time < 2; time++) expect((await find("shims")).version).toBe("4.86.0");
    expect(readFileSync(at("asked"), "utf8")).toBe("x\n");
  });

  it("is skipped for the next one on PATH if it does not work", async () => {
    shim("a", "echo broken >&2; exit 1");
    shim("b", version("4.5.0"));
    install("c/node_modules/wrangler", "4.6.0");
    expect((await find("a", "b", "c")).command).toEqual([at("b/wrangler")]);
    expect((await find("a", "c")).version).toBe("4.6.0");
  });

  it.each([
    [
      "a version manager's refusal",
      "echo 'No version is set for command wrangler' >&2; exit 126",
      "No version is set for command wrangler.",
    ],
    ["another program's version", "echo '20.1.0 of something'", "20.1.0 of something."],
    ["another program's words", "echo 'Usage: wrangler SHEEP'", "Usage: wrangler SHEEP."],
    ["a version that it fails with", `${version("4.86.0")}; exit 3`, "4.86.0."],
  ])("is reported as unusable, not as missing: %s", async (_, script, said) => {
    shim("shims", script);
    const { code, message, advice } = await problemOf(() => find("shims"));
    expect([code, message]).toEqual([
      "WRANGLER_NOT_FOUND",
      `There is a wrangler on PATH (${at("shims/wrangler")}), but it cannot be used. It said: ${said}`,
    ]);
    expect(advice).toContain(installCommand(at("project")).join(" "));
  });

  it("is reported as unusable if it prints nothing or cannot be started", async () => {
    shim("silent", "exit 0");
    expect((await problemOf(() => find("silent"))).message).toContain("It gave no version.");
    write("dead/wrangler", "#!/no/such/interpreter\n");
    chmodSync(at("dead/wrangler"), 0o755);
    expect((await problemOf(() => find("dead"))).message).toContain("ENOENT");
  });

  it.each(["wrangler 1.21.0", "3.113.9"])("is too old if it prints %s", async (text) => {
    shim("shims", version(text));
    const { code, message } = await problemOf(() => find("shims"));
    expect([code, message]).toEqual([
      "WRANGLER_TOO_OLD",
      `The wrangler on PATH (${at("shims/wrangler")}) is ${text.replace("wrangler ", "")}; this program needs 3.114 or newer.`,
    ]);
  });

  it("may need a newer Node", async () => {
    shim("shims", "echo 'Wrangler requires at least Node.js v99.0.0. You are using v20.0.0.' >&2; exit 1");
    expect((await problemOf(() => find("shims"))).code).toBe("NODE_TOO_OLD");
  });

  it("is aborted when the user leaves", async () => {
    shim("shims", "sleep 60");
    const env = { PATH: [at("shims"), "/bin"].join(delimiter) };
    const found = findFrom("project", env, "project", AbortSignal.timeout(100));
    await expect(found).rejects.toBeInstanceOf(Cancelled);
  });

  it("is named in a report without being started", async () => {
    shim("shims", `touch "${at("started")}"; ${version("4.86.0")}`);
    const known = () => wranglerForReport(at("project/worker"), root, { PATH: at("shims") });
    expect(known()).toBe(`on PATH as ${at("shims/wrangler")}; its version was not asked for`);
    expect(existsSync(at("started"))).toBe(false);
    await find("shims");
    expect(known()).toBe("4.86.0");
  });
});

describe("a Windows script that names no package", () => {
  const { platform } = process;
  afterEach(() => Object.defineProperty(process, "platform", { value: platform }));

  it("is reported, but never started through a shell", async () => {
    Object.defineProperty(process, "platform", { value: "win32" });
    write("shims/wrangler.cmd", "@echo off\r\nmise x -- wrangler %*\r\n");
    const { code, message } = await problemOf(() => find("shims"));
    expect([code, message]).toEqual([
      "WRANGLER_NOT_FOUND",
      expect.stringMatching(
        /^There is a wrangler on PATH \(.+wrangler\.cmd\), but it cannot be used: it is a shell script/,
      ),
    ]);
  });
});

describe("an installed wrangler", () => {
  it.each(["3.114.0", "3.114.17", "3.200.0", "4.0.0", "4.164.0", "5.0.0-beta.1"])(
    "is accepted in version %s",
    async (version) => {
      install("project/node_modules/wrangler", version);
      expect((await find()).version).toBe(version);
    },
  );

  it.each(["3.113.9", "3.9.0", "2.20.0", "0.0.0-abc"])("is too old in version %s", async (version) => {
    install("project/node_modules/wrangler", version);
    // A newer one elsewhere does not help: only the project's own fits its local database.
    install("bin/node_modules/wrangler", "4.86.0");
    const { code, message, advice } = await problemOf(() => find("bin"));
    expect([code, message]).toEqual([
      "WRANGLER_TOO_OLD",
      `The project's wrangler is ${version}; this program needs 3.114 or newer.`,
    ]);
    expect(advice).toBe(`Update it with:\n  ${installCommand(at("project")).join(" ")}`);
  });

  it.each([
    [">=99", "99.0"],
    [">=99.12.0", "99.12"],
    [">= 99.1", "99.1"],
  ])("is refused if it needs Node %s", async (engines, wanted) => {
    install("project/node_modules/wrangler", "4.160.0", engines);
    const { code, message } = await problemOf(() => find());
    expect([code, message]).toEqual([
      "NODE_TOO_OLD",
      `The project's wrangler 4.160.0 needs Node ${wanted} or newer; this is Node ${process.versions.node}.`,
    ]);
  });

  it.each([">=18", `>=${process.versions.node}`, ">=16.17.0", "^99", "*"])(
    "is accepted with a Node requirement of %s",
    async (engines) => {
      install("project/node_modules/wrangler", "4.86.0", engines);
      expect((await find()).version).toBe("4.86.0");
    },
  );
});

describe("a missing wrangler", () => {
  const version = Number(process.versions.node.split(".")[0]) < 22 ? "4.86.0" : "4";
  it.each([
    [null, `npm install --save-dev wrangler@${version}`],
    ["package-lock.json", `npm install --save-dev wrangler@${version}`],
    ["pnpm-lock.yaml", `pnpm add -D wrangler@${version}`],
    ["yarn.lock", `yarn add -D wrangler@${version}`],
    ["bun.lock", `bun add --dev wrangler@${version}`],
    ["bun.lockb", `bun add --dev wrangler@${version}`],
  ])("is reported with the install command for %s", async (lockFile, command) => {
    // The lock file may be above the config; one further up does not count.
    write("package-lock.json", "");
    if (lockFile !== null) write(`project/${lockFile}`, "");
    const { code, message, advice } = await problemOf(() => find("nowhere"));
    expect([code, message, advice]).toEqual([
      "WRANGLER_NOT_FOUND",
      "Wrangler, which talks to the database, is not installed in this project.",
      `Install it with:\n  ${command}`,
    ]);
  });
});
