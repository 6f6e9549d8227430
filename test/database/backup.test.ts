import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backUp } from "../../src/database/backup.js";
import { Wrangler } from "../../src/database/wrangler/wrangler.js";
import { Interruption } from "../../src/lib/interruption.js";
import type { Connection } from "../../src/project/connection.js";
import { connectionTo } from "../support/connections.js";
import { eraSchemas } from "../support/eras.js";

// A module's functions cannot be spied on, so the one that must fail is replaced.
const links = vi.hoisted(() => ({ fail: false }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const linkSync: typeof fs.linkSync = (...args) => {
    if (links.fail) throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" });
    fs.linkSync(...args);
  };
  return { ...fs, linkSync };
});

let folder = "";
let file = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-backup-")));
  file = join(folder, "before.sql");
  links.fail = false;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dump = eraSchemas.oldest;
const mode = (path: string) => statSync(path).mode & 0o777;
/** An export that calls `look` with its arguments before it writes. */
const exporting = (look: (partial: string, connection: Connection) => void = () => {}) => ({
  export: async (connection: Connection, partial: string) => {
    look(partial, connection);
    writeFileSync(partial, dump);
  },
});
const connection = connectionTo("local");

describe("a backup", () => {
  it.skipIf(process.platform === "win32")("is accessible only to its user from the first byte", async () => {
    let seen: number[] = [];
    const wrangler = {
      export: async (_: Connection, partial: string) => {
        seen = [mode(dirname(partial)), mode(partial)];
        // Whatever wrangler does to the file, no one else can access it.
        rmSync(partial);
        writeFileSync(partial, dump, { mode: 0o644 });
      },
    };
    await backUp(wrangler, connection, file);
    expect(seen).toEqual([0o700, 0o600]);
    expect(mode(file)).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["before.sql"]);
  });

  const fileSystems = [
    ["with hard links", false],
    ["without hard links", true],
  ] as const;

  it.each(fileSystems)("is complete and private on a file system %s", async (_, fail) => {
    links.fail = fail;
    await backUp(exporting(), connection, file);
    expect(readFileSync(file, "utf8")).toBe(dump);
    if (process.platform !== "win32") expect(mode(file)).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["before.sql"]);
  });

  it.each(fileSystems)(
    "never replaces a file created in the meantime on a file system %s",
    async (_, fail) => {
      links.fail = fail;
      const backup = backUp(
        exporting(() => writeFileSync(file, "mine")),
        connection,
        file,
      );
      await expect(backup).rejects.toMatchObject({
        code: "BACKUP_FAILED",
        message: expect.stringContaining("already exists"),
      });
      expect(readFileSync(file, "utf8")).toBe("mine");
      expect(readdirSync(folder)).toEqual(["before.sql"]);
    },
  );

  it("has its own time limit, and leaves nothing behind when it is exceeded", async () => {
    const script = join(folder, "wrangler.mjs");
    writeFileSync(script, "setTimeout(() => {}, 60_000);");
    const wrangler = new Wrangler({
      locate: async () => ({ command: [process.execPath, script], folder: null, version: "4.86.0" }),
      timeoutSeconds: 0.2,
      exportSeconds: 0.7,
      env: process.env,
      interruption: new Interruption(),
      trace: () => {},
    });
    const here = connectionTo("local", { configPath: join(folder, "wrangler.toml") });
    const began = Date.now();
    await expect(backUp(wrangler, here, file)).rejects.toMatchObject({ code: "BACKUP_FAILED" });
    expect(Date.now() - began).toBeGreaterThanOrEqual(650);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(readdirSync(folder)).toEqual(["wrangler.mjs"]);
  });
});
