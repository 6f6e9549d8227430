import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runJson } from "../support/cli.js";
import { engineFaults } from "../support/engine-faults.js";
import { type EraName, pendingIn } from "../support/eras.js";
import { checkFailureText, failureTexts, nameOfText } from "../support/failure-texts.js";
import { type Found, faultKinds, surviveFault } from "../support/faults.js";
import { disposableProjects } from "../support/folders.js";
import { type Killable, type Moment, surviveKill } from "../support/kill.js";
import { dump, makeLocal } from "../support/local.js";
import type { Fault, FaultMatch } from "../support/loopback-faults.js";
import { productionId } from "../support/project.js";
import { loopback, type RemoteProject, type Way, ways } from "../support/remote.js";
import { surviveEngineFault } from "../support/survive-engine-fault.js";
import { titled } from "../support/titles.js";
import { median } from "./measure.js";
import { afterProof, publish } from "./page.js";

const { make, makeFor, api } = loopback(620);
const project = disposableProjects();

const eachCall = {
  token: "with a token: each call × each kind of fault × each era that lacks something",
  login: "with wrangler's login: each call × each kind of fault × each era that lacks something",
} as const;
const nothingPending = {
  token: "with a token: each call × each kind of fault, where nothing is missing",
  login: "with wrangler's login: each call × each kind of fault, where nothing is missing",
} as const;
const theEngine = "a local database: each fault of the engine × each batch × before, during, after it";
const anyMoment = {
  token: "killed at any moment, with a token",
  login: "killed at any moment, with wrangler's login",
} as const;
const duringTheBatch = {
  token: "killed while the batch is on its way, with a token",
  login: "killed while the batch is on its way, with wrangler's login",
} as const;
const anyMomentLocally = "killed at any moment, a local database";

/** The states of the databases of each part: as before, complete, or neither, which must never happen. */
const parts = {
  [eachCall.token]: { tried: 0, before: 0, complete: 0 },
  [eachCall.login]: { tried: 0, before: 0, complete: 0 },
  [nothingPending.token]: { tried: 0, before: 0, complete: 0 },
  [nothingPending.login]: { tried: 0, before: 0, complete: 0 },
  [theEngine]: { tried: 0, before: 0, complete: 0 },
  "each text that Cloudflare says": { tried: 0, before: 0, complete: 0 },
  "the answer is lost, and so is the reading after it": { tried: 0, before: 0, complete: 0 },
  [anyMoment.token]: { tried: 0, before: 0, complete: 0 },
  [anyMoment.login]: { tried: 0, before: 0, complete: 0 },
  [duringTheBatch.token]: { tried: 0, before: 0, complete: 0 },
  [duringTheBatch.login]: { tried: 0, before: 0, complete: 0 },
  [anyMomentLocally]: { tried: 0, before: 0, complete: 0 },
};

/** How many were killed, and how many of those while they ran, not after their end. */
let [kills, inTheMiddle] = [0, 0];

afterProof((proof) => {
  const sums = Object.entries(parts).map(([part, { tried, before, complete }]) => {
    return [part, tried, before, complete, tried - before - complete];
  });
  const sum = (rows: typeof sums, column: number) => rows.reduce((all, row) => all + Number(row[column]), 0);
  const all = [1, 2, 3, 4].map((column) => sum(sums, column));
  publish(proof, "faults", ["databases", "tried", "before", "complete", "lost"], [...sums, ["all", ...all]]);
  expect(all[3], "lost").toBe(0);
  // Otherwise the kills would not cover the whole run, before the write and after it.
  expect(inTheMiddle, "killed while it ran").toBeGreaterThanOrEqual(kills / 2);
  const killed = sums.filter(([part]) => String(part).startsWith("killed"));
  if (kills >= 30) expect([sum(killed, 2), sum(killed, 3)], "killed: before, complete").not.toContain(0);
});

/** Counts one database; it counts as lost until the work returns its state. */
async function count(part: keyof typeof parts, work: () => Promise<Found>): Promise<void> {
  parts[part].tried++;
  parts[part][await work()]++;
}

/** The requests of an upgrade. The account lookup is made when no account is given, and names no database. */
const theAccounts: Record<Way, FaultMatch> = {
  token: { path: "accounts", nth: 1 },
  login: { path: "memberships", nth: 1 },
};
const ofTheDatabase: Record<string, FaultMatch> = {
  "the inspection": { endpoint: "query", writes: false, nth: 1 },
  // Its name, read alongside the inspection; wrangler reads it before the bookmark.
  "the database itself": { endpoint: "database", nth: 1 },
  "the bookmark": { endpoint: "bookmark", nth: 1 },
  "the batch": { endpoint: "query", writes: true, nth: 1 },
};

/** A project whose account is neither configured nor remembered. */
async function makeWithoutAccount(way: Way): Promise<RemoteProject> {
  const cache = mkdtempSync(join(tmpdir(), "wrangler-cache-"));
  return await makeFor(way, "oldest", { CLOUDFLARE_ACCOUNT_ID: undefined, WRANGLER_CACHE_DIR: cache });
}

it.each(ways)("an upgrade with a %s makes exactly the calls under test", async (way) => {
  const database = await makeWithoutAccount(way);
  const from = api().requests.length;
  expect((await database.run("--yes")).json.outcome).toBe("upgraded");
  const made = api().requests.slice(from);
  const named = [theAccounts[way], ...Object.values(ofTheDatabase)].map(
    ({ endpoint, path, writes = false }) => `${endpoint ?? path}, ${writes}`,
  );
  expect(new Set(made.map(({ endpoint, writes }) => `${endpoint}, ${writes}`))).toEqual(new Set(named));
});

/** Those of KV Manager 1: requests for later ones go the same way. */
const eras: EraName[] = ["oldest", "2025-11-08", "2025-11-10", "2025-11-22"];
const matrix = ways.flatMap((way) =>
  eras.flatMap((era) =>
    Object.entries(ofTheDatabase)
      // If nothing is pending, the inspection is the only request.
      .filter(([call]) => call === "the inspection" || pendingIn[era].length > 0)
      .flatMap(([call, match]) =>
        Object.entries(faultKinds).map(
          ([kind, fault]) => [`${way}, ${era}: ${call} ${kind}`, way, era, match, fault] as const,
        ),
      ),
  ),
);

/** Tests one fault with one database of the matrix. */
async function countFault(
  part: keyof typeof parts,
  database: RemoteProject,
  fault: Fault,
  match: FaultMatch,
): Promise<void> {
  await count(part, async () => {
    const { found, code } = await surviveFault(database, fault, match);
    // A single fault never leaves the database unreadable.
    expect(code).not.toBe(4);
    return found;
  });
}

describe.concurrent("each call, each kind of fault, each era", () => {
  it.each(matrix)("%s", async (_, way, era, match, fault) => {
    const part = pendingIn[era].length > 0 ? eachCall : nothingPending;
    await countFault(part[way], await makeFor(way, era), fault, match);
  });
});

// One after the other: such a request does not show which database it is for.
describe.each(ways)("the account lookup, each kind of fault, with a %s", (way) => {
  it.each(Object.entries(faultKinds))("it %s", async (_, fault) => {
    await countFault(eachCall[way], await makeWithoutAccount(way), fault, theAccounts[way]);
  });
});

// On Windows, workerd does not exit with its parent.
describe.skipIf(process.platform === "win32").concurrent("each engine fault", () => {
  const cases = (Object.keys(engineFaults) as (keyof typeof engineFaults)[]).flatMap((fault) =>
    (["reading", "write"] as const).flatMap((batch) =>
      (["before", "during", "after"] as const).map((when) => [fault, batch, when] as const),
    ),
  );
  it.each(cases)("%s, about the %s, %s it", async (fault, batch, when) => {
    await count(theEngine, () => surviveEngineFault(project(), fault, batch, when));
  });
});

describe.concurrent("each text that Cloudflare says", () => {
  it.each(titled(failureTexts, nameOfText))("%s", async (_, said) => {
    await count("each text that Cloudflare says", async () => {
      await checkFailureText(await make("2025-11-10"), said);
      return "before";
    });
  });
});

describe.concurrent("the read after a lost answer fails too", () => {
  it.each(Object.entries(faultKinds))("it %s", async (_, fault) => {
    await count("the answer is lost, and so is the reading after it", async () => {
      const database = await make("oldest");
      database.fault({ kind: "cut", when: "after" }, { endpoint: "query", writes: true, nth: 1 });
      const next = { endpoint: "query", writes: false, nth: 2 } as const;
      const { found, writes } = await surviveFault(database, fault, next);
      // The batch that arrived was complete.
      expect(writes).toBe(1);
      return found;
    });
  });
});

// The seed makes failures reproducible.
let seed = 20251122;
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed / 2 ** 31;
};
/** Fractions of a run's time; half of the kills include wrangler, half leave it running. */
const moments = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ percent: Math.round(random() * 100), all: i % 2 === 0 }));

const together = (all: boolean) => (all ? "together with its wrangler" : "without its wrangler");

const times = new Map<() => Promise<Killable>, Promise<number>>();
/** Returns the milliseconds that an upgrade takes on this machine, with as many others running as in these proofs. */
function usualTime(makeOne: () => Promise<Killable>): Promise<number> {
  const measure = async () => {
    const each = Array.from({ length: 5 }, async () => {
      const database = await makeOne();
      const began = performance.now();
      expect((await runJson([...database.location, "--yes"], database)).json.outcome).toBe("upgraded");
      return performance.now() - began;
    });
    return median(await Promise.all(each));
  };
  const known = times.get(makeOne) ?? measure();
  times.set(makeOne, known);
  return known;
}

const makeDeployed = { token: () => makeFor("token", "oldest"), login: () => makeFor("login", "oldest") };

async function makeLocalProject(): Promise<Killable> {
  const cwd = project();
  const file = await makeLocal(cwd, productionId, "oldest");
  const location = ["--local", "--binding", "kv-manager-metadata"];
  return { cwd, env: {}, location, dump: () => dump(file) };
}

async function countKill(part: keyof typeof parts, database: Killable, moment: Moment): Promise<void> {
  await count(part, async () => {
    const { killed, found } = await surviveKill(database, moment);
    kills++;
    if (killed) inTheMiddle++;
    return found;
  });
}

// On Windows, the child processes of a killed one are not found.
describe.skipIf(process.platform === "win32").concurrent("killed outright, and run again", () => {
  for (const [part, count, makeOne] of [
    [anyMoment.token, 60, makeDeployed.token],
    [anyMoment.login, 60, makeDeployed.login],
    [anyMomentLocally, 60, makeLocalProject],
  ] as const)
    it.each(titled(moments(count), ({ percent, all }) => `${percent} % of its time, ${together(all)}`))(
      `${part}: after %s`,
      async (_, { percent, all }) => {
        const milliseconds = ((await usualTime(makeOne)) * percent) / 100;
        await countKill(part, await makeOne(), { milliseconds, all });
      },
    );

  // The batch takes half a second to run, and the response another half.
  const arrived = ways.flatMap((way) => moments(20).map((moment) => ({ way, ...moment })));
  it.each(
    titled(
      arrived,
      ({ way, percent, all }) => `${percent} % after its batch arrived, with a ${way}, ${together(all)}`,
    ),
  )("%s", async (_, { way, percent, all }) => {
    const database = await makeFor(way, "oldest");
    const theBatch = { endpoint: "query", writes: true } as const;
    for (const when of ["before", "after"] as const)
      database.fault({ kind: "delay", when, milliseconds: 500 }, theBatch);
    const since = () => database.writes() > 0;
    await countKill(duringTheBatch[way], database, { since, milliseconds: percent * 10, all });
  });
});
