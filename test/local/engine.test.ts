import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { makeLocal } from "../support/local.js";
import { developmentId } from "../support/project.js";
import { toldByItsCause } from "../support/unstartable-engine.js";

const project = disposableProjects();

// Only POSIX starts a script as a program. `npm run proof:remote` has more cases.
describe.skipIf(process.platform === "win32")("an engine that does not start", () => {
  it("on a musl system is reported with its cause, and nothing is changed", async () => {
    await toldByItsCause(project(), "on a musl system");
  });

  it("because its file is missing is reported as such", async () => {
    const cwd = project();
    await makeLocal(cwd, developmentId, "oldest");
    const env = { MINIFLARE_WORKERD_PATH: join(cwd, "no-workerd") };
    const flags = ["status", "--local", "-b", "kv-manager-metadata-dev"];
    const { code, json } = await runJson(flags, { cwd, env });
    expect([code, json.error?.code]).toEqual([1, "UNEXPECTED_OUTPUT"]);
    expect(json.error?.message).toContain("its file is not there");
  });
});
