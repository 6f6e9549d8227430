import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { labelOf } from "../src/plan/describe.js";
import { loadCatalog } from "../src/plan/read-catalog.js";
import { packageFolder } from "./support/project.js";

it("the README's table of migrations and newest version match sql/", () => {
  const { migrations, newest } = loadCatalog();
  const rows = migrations.map(({ id, name, version, since, statements }) => {
    const adds = statements.map((s) => labelOf(s.provides).replace(/^(\w+) (.*)/, "$1 `$2`")).join(", ");
    return `| ${id} ${name} | ${version} | ${since ?? "not yet"} | ${adds} |`;
  });
  const table = [
    "| migration | needed since KV Manager | in new installations since | adds |",
    "| --- | --- | --- | --- |",
    ...rows,
  ];
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8");
  const [, shown] = /<!-- migrations -->\n([\s\S]*?)<!-- \/migrations -->/.exec(readme) ?? [];
  expect(shown).toBe(`${table.join("\n")}\n`);
  expect(readme).toContain(`up to ${newest}`);
});
