import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkoutVersion } from "../../src/project/checkout.js";
import { disposableProjects } from "../support/folders.js";

const project = disposableProjects();
const kvManager = (version: unknown, more = {}) => JSON.stringify({ name: "kv-manager", version, ...more });

/** Searches from the folder deploy/prod of a project. */
function versionIn(files: Record<string, string>) {
  const folder = join(project(files), "deploy", "prod");
  mkdirSync(folder, { recursive: true });
  return checkoutVersion(folder);
}

describe("the version of the checkout", () => {
  it.each([
    ["in the folder itself", { "deploy/prod/package.json": kvManager("2.3.1") }, "2.3.1"],
    ["in a folder above", { "package.json": kvManager("2.1.0") }, "2.1.0"],
    [
      "in the nearest folder that has one",
      { "package.json": kvManager("2.1.0"), "deploy/prod/package.json": kvManager("1.0.0") },
      "1.0.0",
    ],
    [
      "above another package",
      { "package.json": kvManager("2.0.0"), "deploy/package.json": '{"name":"tools","version":"9.9.9"}' },
      "2.0.0",
    ],
    ["even if it is a prerelease", { "package.json": kvManager("2.4.0-beta.1") }, "2.4.0-beta.1"],
    ["behind a byte order mark", { "package.json": `\ufeff${kvManager("v2.2.0")}` }, "2.2.0"],
  ])("is found %s", (_, files, version) => {
    expect(versionIn(files)).toBe(version);
  });

  it.each<[string, Record<string, string>]>([
    ["if there is only another package", { "package.json": '{"name":"kv-manager-tools","version":"2.3.1"}' }],
    ["in a package without one", { "package.json": kvManager(undefined) }],
    ["if it is only a tag", { "package.json": kvManager("next") }],
    ["if it is a number", { "package.json": kvManager(2) }],
    ["in a file that is not JSON", { "package.json": "{" }],
    ["in a file that is null", { "package.json": "null" }],
    ["without a package", {}],
  ])("is not found %s", (_, files) => {
    expect(versionIn(files)).toBeNull();
  });
});
