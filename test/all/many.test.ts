import { describe, expect, it } from "vitest";
import { runJsonOfAll } from "../support/cli.js";
import { disposableProjects } from "../support/folders.js";
import type { RecordedRequest } from "../support/loopback-api.js";
import { manyDeployed, manyLocal } from "../support/many.js";
import { loopback } from "../support/remote.js";

const project = disposableProjects();
const { api } = loopback(60);

/** The largest number of requests in progress at the same time. */
function sideBySide(requests: RecordedRequest[]): number {
  const ends = requests.map((r) => r.endedAt ?? Number.POSITIVE_INFINITY);
  const at = (moment: number) =>
    requests.filter((r, i) => r.startedAt <= moment && (ends[i] ?? 0) > moment).length;
  return Math.max(...requests.map((r) => at(r.startedAt)));
}

describe("status --all of fifty databases", () => {
  it("reads local ones with one start of the engine", async () => {
    const { code, json, starts } = await runJsonOfAll(["status", "--all"], await manyLocal(project, 50));
    expect({ code, starts }).toEqual({ code: 0, starts: [["engine"]] });
    expect(json.databases).toHaveLength(50);
  });

  it("sends Cloudflare at most six requests at a time: one for each, one for all names", async () => {
    const folder = await manyDeployed(project, 50, api());
    // Slow enough for the requests to overlap.
    const slow = { fault: { kind: "delay", milliseconds: 30 } } as const;
    api().faults.push(slow);
    const from = api().requests.length;
    const { code, json } = await runJsonOfAll(["status", "--all"], folder);
    api().faults.length = 0;
    expect(code).toBe(0);
    expect(json.databases).toHaveLength(50);
    const requests = api().requests.slice(from);
    expect(requests.map((r) => r.endpoint).sort()).toEqual(["list", ...Array(50).fill("query")]);
    expect(sideBySide(requests)).toBeLessThanOrEqual(6);
    expect(sideBySide(requests)).toBeGreaterThan(3);
  });
});
