import { expect } from "vitest";
import { stateOf } from "./faults.js";
import type { RemoteProject } from "./remote.js";

/** A Cloudflare API error, and the contract's code for it. */
interface Said {
  status: number;
  code: number;
  message: string;
  expected: string;
}

/** What Cloudflare says, and how the program reports it when it hits the inspection. */
const whileReading: Said[] = [
  {
    status: 403,
    code: 7403,
    message: "The given account is not valid or is not authorized to access this service",
    expected: "AUTHENTICATION",
  },
  { status: 403, code: 10000, message: "Authentication error", expected: "AUTHENTICATION" },
  {
    status: 400,
    code: 9106,
    message: "Missing X-Auth-Key, X-Auth-Email or Authorization headers",
    expected: "AUTHENTICATION",
  },
  { status: 403, code: 9109, message: "Invalid access token", expected: "AUTHENTICATION" },
  {
    status: 404,
    code: 7404,
    message: "The database 0000 could not be found",
    expected: "DATABASE_NOT_FOUND",
  },
  {
    status: 400,
    code: 7400,
    message: "Invalid property: databaseId => Invalid uuid",
    expected: "DATABASE_NOT_FOUND",
  },
  { status: 400, code: 7500, message: "no such table: bulk_jobs: SQLITE_ERROR", expected: "SQL_FAILED" },
  { status: 400, code: 7500, message: "not authorized: SQLITE_AUTH", expected: "SQL_FAILED" },
  {
    status: 418,
    code: 1234,
    message: "something that nobody has seen before",
    expected: "UNEXPECTED_OUTPUT",
  },
];

/** The same when it hits the batch. None of these batches was run. */
const whileWriting: Said[] = [
  { status: 400, code: 7500, message: "Exceeded maximum DB size", expected: "QUOTA" },
  { status: 400, code: 7500, message: "exceeded D1's free tier daily row write limit", expected: "QUOTA" },
  {
    status: 400,
    code: 7500,
    message: "duplicate column name: metadata: SQLITE_ERROR",
    expected: "SQL_FAILED",
  },
  {
    status: 400,
    code: 7500,
    message: "table job_audit_events already exists: SQLITE_ERROR",
    expected: "SQL_FAILED",
  },
  {
    status: 429,
    code: 7429,
    message: "D1 DB is overloaded. Requests queued for too long.",
    expected: "OVERLOADED",
  },
  {
    status: 400,
    code: 7500,
    message: "D1 DB exceeded timeout which caused object to be reset.",
    expected: "OVERLOADED",
  },
  { status: 400, code: 7500, message: "Currently processing a long-running import.", expected: "BUSY" },
  { status: 500, code: 7500, message: "D1_RESET_DO", expected: "OVERLOADED" },
  { status: 500, code: 7500, message: "internal error; reference = abc123", expected: "OVERLOADED" },
  { status: 400, code: 7500, message: "NOSENTRY database is locked: SQLITE_BUSY", expected: "BUSY" },
];

/** Every text, with the moment when the program encounters it. */
export const failureTexts = [
  ...whileReading.map((said) => ({ ...said, moment: "reading" as const })),
  ...whileWriting.map((said) => ({ ...said, moment: "writing" as const })),
];

/** What a text is, for the title of its test. */
export const nameOfText = ({ message, moment, expected }: (typeof failureTexts)[number]) =>
  `${message}, while ${moment}: ${expected}`;

/** Makes Cloudflare return it; expects the right code, exit code and advice, and the database as before. */
export async function checkFailureText(
  database: RemoteProject,
  { status, code, message, expected, moment }: (typeof failureTexts)[number],
): Promise<void> {
  const before = await database.dump();
  database.fault(
    { kind: "fail", status, code, message },
    { endpoint: "query", writes: moment === "writing" },
  );
  const run = await database.run("--yes");
  expect([run.code, run.json.error?.code, run.json.outcome, run.json.applied]).toEqual([
    1,
    expected,
    "failed",
    false,
  ]);
  expect(run.json.error?.message).toContain(message);
  expect(run.json.error?.advice.length).toBeGreaterThan(20);
  expect(run.stderr).toContain("Nothing was changed.");
  expect(await stateOf(database, before)).toBe("before");
}
