import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plainEnvironment, run } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import { dump, makeLocal } from "../support/local.js";
import { developmentId, packageFolder } from "../support/project.js";

const project = disposableProjects();

describe.skipIf(process.platform === "win32")("the printed undo command", () => {
  it("restores every row and leaves no added object", async () => {
    const cwd = project();
    const file = await makeLocal(cwd, developmentId, "2025-11-08");
    const before = dump(file);
    const upgraded = await run(["--local", "-b", "kv-manager-metadata-dev", "--yes"], { cwd });
    expect(upgraded.code).toBe(0);
    const command =
      /^ {2}(npx wrangler d1 execute .* --command=".*DROP.*")$/m.exec(upgraded.stdout)?.[1] ?? "";
    expect(command).not.toBe("");
    const wrangler = `"${process.execPath}" "${join(packageFolder, "node_modules/wrangler/bin/wrangler.js")}"`;
    execFileSync("sh", ["-c", command.replace("npx wrangler", wrangler)], {
      cwd,
      env: { ...plainEnvironment(), CI: "true", WRANGLER_SEND_METRICS: "false" },
      stdio: "pipe",
    });
    const after = dump(file);
    expect(after.rows).toEqual(before.rows);
    expect(after.schema.map(({ type, name }) => `${type} ${name}`)).toEqual(
      before.schema.map(({ type, name }) => `${type} ${name}`),
    );
  });
});
