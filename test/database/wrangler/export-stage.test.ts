import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withExportStage } from "../../../src/database/wrangler/export-stage.js";
import { connectionTo } from "../../support/connections.js";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-stage-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const connection = connectionTo("local");

describe("an export by wrangler", () => {
  it("reads a state folder elsewhere through a link, and does not delete through that link", async () => {
    const state = join(folder, "state");
    mkdirSync(join(state, "v3"), { recursive: true });
    writeFileSync(join(state, "v3", "database"), "rows");
    let stage = "";
    await withExportStage({ ...connection, persistTo: state }, async (staged) => {
      stage = dirname(staged.target.configPath);
      expect(readFileSync(join(stage, ".wrangler", "state", "v3", "database"), "utf8")).toBe("rows");
    });
    expect(existsSync(stage)).toBe(false);
    expect(readFileSync(join(state, "v3", "database"), "utf8")).toBe("rows");
  });

  it("does not delete a folder that is in the place of its link", async () => {
    const state = join(folder, "state");
    mkdirSync(state);
    let stage = "";
    // As if the state itself were there, which only a system fault could cause.
    await withExportStage({ ...connection, persistTo: state }, async (staged) => {
      stage = dirname(staged.target.configPath);
      const link = join(stage, ".wrangler", "state");
      rmSync(link);
      mkdirSync(link);
      writeFileSync(join(link, "database"), "rows");
    });
    expect(readFileSync(join(stage, ".wrangler", "state", "database"), "utf8")).toBe("rows");
    rmSync(stage, { recursive: true });
  });
});
