import { describe, expect, it } from "vitest";
import { backupNames } from "../../src/flow/all/backup-names.js";
import { Problem, type ProblemCode } from "../../src/lib/problem.js";
import { endOf } from "../../src/run/entry.js";
import type { Outcome, Result } from "../../src/run/result.js";
import { connectionTo } from "../support/connections.js";
import { resultWith } from "../support/results.js";

/** The result of a run with this outcome. */
function ended(outcome: Outcome, code?: ProblemCode): Result {
  return resultWith({ outcome, problem: code === undefined ? null : new Problem(code, "x", "y") });
}

describe("the outcome of several databases", () => {
  // Each is worse than all that follow it.
  const byGravity: [Result, number][] = [
    [ended("unknown", "UNKNOWN_OUTCOME"), 4],
    [ended("failed", "BUSY"), 1],
    [ended("failed", "CONFIG_INVALID"), 2],
    [ended("cancelled"), 130],
    [ended("pending"), 3],
    [ended("upgraded"), 0],
    [ended("up-to-date"), 0],
    [ended("not-kv-manager", "NOT_KV_MANAGER"), 0],
  ];
  it.each(byGravity.map(([result, exitCode], i) => [result.outcome, exitCode, i] as const))(
    "is %s, with exit code %i, if that is the worst",
    (outcome, exitCode, i) => {
      const rest = byGravity.slice(i).map(([result]) => result);
      expect(endOf(rest)).toEqual({ outcome, exitCode });
      expect(endOf(rest.reverse())).toEqual({ outcome, exitCode });
    },
  );

  it("is empty, with exit code 3, if one is empty, and up to date if there are none", () => {
    expect(endOf([ended("up-to-date"), ended("empty", "EMPTY_DATABASE")])).toEqual({
      outcome: "empty",
      exitCode: 3,
    });
    expect(endOf([])).toEqual({ outcome: "up-to-date", exitCode: 0 });
  });
});

describe("the backups of several databases", () => {
  const named = (database: string, location: "local" | "remote" = "remote") =>
    connectionTo(location, { database });
  it.each([
    [
      "with their places",
      "/b/kv.sql",
      [named("a"), named("a", "local")],
      ["/b/kv-a-remote.sql", "/b/kv-a-local.sql"],
    ],
    ["without an extension if the given file has none", "/b/kv", [named("a")], ["/b/kv-a-remote"]],
    ["before the last extension", "/b.d/kv.old.sql", [named("a")], ["/b.d/kv.old-a-remote.sql"]],
    ["without characters of paths", "/b/kv.sql", [named("a/../b: c")], ["/b/kv-a-..-b-c-remote.sql"]],
    [
      "with a number if they differ only in case",
      "/b/kv.sql",
      [named("a"), named("A"), named("a")],
      ["a-remote", "A-remote-2", "a-remote-3"].map((n) => `/b/kv-${n}.sql`),
    ],
  ])("are named after their databases, %s", (_, file, connections, expected) => {
    expect(backupNames(file, connections)).toEqual(expected);
  });
});
