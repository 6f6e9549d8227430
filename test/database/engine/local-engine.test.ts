import { mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { D1Client } from "../../../src/database/client.js";
import type { DatabaseFailure } from "../../../src/database/failures.js";
import { inspectionQuery } from "../../../src/database/inspection-query.js";
import { type LocalClients, localClients } from "../../support/clients.js";
import { disposableProjects } from "../../support/folders.js";
import { dump, makeLocal } from "../../support/local.js";
import { productionId } from "../../support/project.js";

const project = disposableProjects();
const opened: LocalClients[] = [];
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
});

async function open() {
  const cwd = project();
  const file = await makeLocal(cwd, productionId, "oldest");
  const clients = localClients(cwd);
  opened.push(clients);
  return { file, cwd, ...clients };
}

describe("the engine of the project's own wrangler", () => {
  it("answers, rejects and exports as wrangler itself does", async () => {
    const { engine, wrangler, connection, file } = await open();
    const before = dump(file);
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-engine-")));
    const ask = async (client: D1Client, name: string) => {
      const refused = await client
        .execute(connection, [
          "ALTER TABLE bulk_jobs ADD COLUMN metadata TEXT",
          "ALTER TABLE bulk_jobs ADD COLUMN job_id TEXT",
        ])
        .then(
          () => expect.unreachable("it was not refused"),
          ({ code, brief, said, refused }: DatabaseFailure) => ({ code, brief, said, refused }),
        );
      const backup = join(folder, name);
      writeFileSync(backup, "");
      await client.export(connection, backup);
      return {
        refused,
        read: await client.execute(connection, [inspectionQuery]),
        exported: readFileSync(backup, "utf8"),
      };
    };
    const [ours, theirs] = [await ask(engine, "engine.sql"), await ask(wrangler, "wrangler.sql")];
    rmSync(folder, { recursive: true });
    expect(ours).toEqual(theirs);
    expect(ours.refused).toMatchObject({
      code: "SQL_FAILED",
      said: expect.stringContaining("duplicate column name: job_id"),
    });
    expect(ours.exported).toContain("CREATE TABLE bulk_jobs");
    // The rejected batch was rolled back completely.
    expect(dump(file)).toEqual(before);
  });

  it("answers several queries, each with one trace", async () => {
    const { engine, connection, traces } = await open();
    for (let time = 0; time < 3; time++) await engine.execute(connection, ["SELECT 1 AS one"]);
    expect(traces.map(({ asked, ended }) => [asked, ended])).toEqual(
      Array(3).fill(["local engine: 1 statement for kv-manager-metadata", "answered"]),
    );
  });

  it("opens the new file when the database file has been replaced", async () => {
    const { engine, connection, file } = await open();
    const names = async () => {
      const [result] = await engine.execute(connection, [
        "SELECT name FROM sqlite_master WHERE name = 'mine'",
      ]);
      return result?.rows.length;
    };
    expect(await names()).toBe(0);
    const other = project();
    const copy = await makeLocal(other, productionId, { sql: "CREATE TABLE mine (id TEXT);" });
    for (const suffix of ["-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
    renameSync(copy, file);
    expect(await names()).toBe(1);
  });

  it("never recreates a file that has disappeared since it was read", async () => {
    const { engine, connection, file } = await open();
    await engine.execute(connection, ["SELECT 1"]);
    const away = `${file}.away`;
    renameSync(file, away);
    const failed = engine.execute(connection, ["CREATE TABLE mine (id TEXT)"]);
    await expect(failed).rejects.toMatchObject({ code: "DATABASE_NOT_FOUND", unsent: true });
    expect(() => readFileSync(file)).toThrow("ENOENT");
    renameSync(away, file);
    await expect(engine.execute(connection, ["SELECT 1"])).resolves.toHaveLength(1);
  });
});
