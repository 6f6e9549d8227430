import { describe, expect, it } from "vitest";
import { loopback } from "../support/remote.js";

const { makeWithLogin, api } = loopback();

describe.concurrent("a wrangler login, whose refresh token can be used only once", () => {
  it("is renewed once by an upgrade that finds it expired", async () => {
    const { login, database } = await makeWithLogin();
    login.expire();
    const { code, json, starts } = await database.run("--yes");
    expect([code, json.outcome, json.error]).toEqual([0, "upgraded", null]);
    expect([login.renewed, login.refused]).toEqual([1, 0]);
    expect(starts.map((args) => args[1])).toEqual(["execute", "time-travel", "execute"]);
  });

  it("does not delay the end of a run whose inspection fails", async () => {
    const { login, database } = await makeWithLogin();
    const gone = {
      kind: "fail",
      status: 404,
      code: 7404,
      message: "The database could not be found",
    } as const;
    database.fault(gone, { endpoint: "query" });
    database.fault({ kind: "delay", milliseconds: 30_000 }, { endpoint: "bookmark" });
    const began = Date.now();
    const { code, json } = await database.run("--yes");
    expect([code, json.error?.code]).toEqual([1, "DATABASE_NOT_FOUND"]);
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(api().requests.filter((r) => r.endpoint === "bookmark" && r.databaseId === database.id)).toEqual(
      [],
    );
    expect(login.refused).toBe(0);
  });
});
