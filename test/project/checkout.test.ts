import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkoutVersion } from "../../src/project/checkout.js";
import { disposableProjects } from "../support/folders.js";

const project = disposableProjects();
const kvManager = (version: unknown, more = {}) => JSON.stringify({ name: "kv-manager", version, ...more });

describe("the KV Manager version found from a folder of the checkout", () => {
  it.each([
    ["in the folder itself", { "package.json": kvManager("2.3.1") }, "2.3.1"],
    ["above it", { "package.json": kvManager("2.1.0"), "deploy/prod/x": "" }, "2.1.0"],
    [
      "the nearest",
      { "package.json": kvManager("2.1.0"), "deploy/prod/package.json": kvManager("1.0.0") },
      "1.0.0",
    ],
    [
      "above another package",
      { "package.json": kvManager("2.0.0"), "deploy/package.json": '{"name":"tools","version":"9.9.9"}' },
      "2.0.0",
    ],
    ["of a prerelease", { "package.json": kvManager("2.4.0-beta.1") }, "2.4.0-beta.1"],
    ["behind a byte order mark", { "package.json": `\ufeff${kvManager("v2.2.0")}` }, "2.2.0"],
    ["another package", { "package.json": '{"name":"kv-manager-tools","version":"2.3.1"}' }, null],
    ["no version", { "package.json": kvManager(undefined) }, null],
    ["a version that is none", { "package.json": kvManager("next") }, null],
    ["a number", { "package.json": kvManager(2) }, null],
    ["no JSON", { "package.json": "{" }, null],
    ["null", { "package.json": "null" }, null],
    ["nothing", {}, null],
  ])("%s", (_, files, version) => {
    const folder = project(files);
    mkdirSync(join(folder, "deploy", "prod"), { recursive: true });
    expect(checkoutVersion(join(folder, "deploy", "prod"))).toBe(version);
  });
});
