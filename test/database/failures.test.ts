import { describe, expect, it } from "vitest";
import { failureFrom, recognizeFailure } from "../../src/database/failures.js";
import { failureOf } from "../../src/database/wrangler/wrangler-failures.js";
import { diagnostics } from "../../src/diagnostics/diagnostics.js";
import { failureSaying } from "../support/failures.js";

const codeOf = (text: string, number: number | null = null) => recognizeFailure(text, number)?.code ?? null;

describe("recognizing a failure by its text", () => {
  it.each([
    // A local database.
    ["table _cf_ALARM has 3 columns but 2 values were supplied: SQLITE_ERROR", "LOCAL_STATE_NEWER"],
    ["NOSENTRY database is locked: SQLITE_BUSY", "BUSY"],
    ["attempt to write a readonly database: SQLITE_READONLY", "READ_ONLY"],
    ["unable to open database file: SQLITE_CANTOPEN", "READ_ONLY"],
    ["EACCES: permission denied, mkdir '/state/v3'", "READ_ONLY"],
    ["database or disk is full: SQLITE_FULL", "QUOTA"],
    ["ENOSPC: no space left on device, write", "QUOTA"],
    ["EBUSY: resource busy or locked, rmdir 'C:\\Temp\\miniflare-0a1b'", "BUSY"],
    ["EBUSY: resource busy or locked, unlink 'C:\\kv\\node_modules\\@cloudflare\\workerd\\x'", "BUSY"],
    // The config.
    [
      'The "node_compat" field is no longer supported as of Wrangler v4. Instead, use the `nodejs_compat` flag.',
      "CONFIG_INVALID",
    ],
    // The login.
    [
      "In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment variable for wrangler to work.",
      "NOT_LOGGED_IN",
    ],
    ["You are not authenticated. Please run `wrangler login`.", "NOT_LOGGED_IN"],
    ["Failed to fetch auth token: 400 Bad Request", "NOT_LOGGED_IN"],
    [
      "More than one account available but unable to select one in non-interactive mode.\n  `A`: `1234`",
      "ACCOUNT_AMBIGUOUS",
    ],
    ["Authentication error [code: 10000]", "AUTHENTICATION"],
    ["Authentication failed (status: 400) [code: 9106]", "AUTHENTICATION"],
    ["Invalid access token [code: 9109]", "AUTHENTICATION"],
    [
      "The given account is not valid or is not authorized to access this service [code: 7403]",
      "AUTHENTICATION",
    ],
    [
      "Failed to automatically retrieve account IDs for the logged in user.\nYou may have incorrect permissions on your API token.",
      "AUTHENTICATION",
    ],
    // Which database.
    ["The database 0000-1111 could not be found [code: 7404]", "DATABASE_NOT_FOUND"],
    [
      "Couldn't find DB with name 'kv-manager-metadata'\n\nTo create it, run 'wrangler d1 create'",
      "DATABASE_NOT_FOUND",
    ],
    // Transient failures.
    ["D1 DB is overloaded. Requests queued for too long. [code: 7429]", "OVERLOADED"],
    ["D1 DB storage operation exceeded timeout which caused object to be reset.", "OVERLOADED"],
    ["D1_RESET_DO", "OVERLOADED"],
    ["D1 DB exceeded its CPU time limit and was reset.", "OVERLOADED"],
    ["D1 DB exceeded its memory limit and was reset.", "OVERLOADED"],
    ["D1 DB reset because its code was updated.", "OVERLOADED"],
    ["Cannot resolve D1 DB due to transient issue on remote node.", "OVERLOADED"],
    ["Network connection lost.", "OVERLOADED"],
    ["internal error; reference = abc123 [code: 7500]", "OVERLOADED"],
    ["Currently processing a long-running import.", "BUSY"],
    ["Currently processing a long-running export.", "BUSY"],
    ["internal server error [code: 10013]", "OVERLOADED"],
    ["You are being rate limited, rate-limit exceeded", "OVERLOADED"],
    ["terminated", "NETWORK"],
    [
      "Received a malformed response from the API\n<html><title>504 Gateway Time-out</title>\nGET /accounts -> 504",
      "NETWORK",
    ],
    ["fetch failed", "NETWORK"],
    ["504 Gateway Timeout", "NETWORK"],
    ["504 Gateway Time-out", "NETWORK"],
    ["getaddrinfo ENOTFOUND api.cloudflare.com", "NETWORK"],
    ["connect ECONNREFUSED 127.0.0.1:80", "NETWORK"],
    ["connect EACCES 127.0.0.1:443", "NETWORK"],
    ["write EPIPE", "NETWORK"],
    ["Can't read from request stream because client disconnected.", "NETWORK"],
    ["the client has disconnected", "NETWORK"],
    ["self-signed certificate in certificate chain", "NETWORK"],
    ["unable to verify the first certificate", "NETWORK"],
    // Limits and requirements.
    ["Your account has exceeded D1's free tier daily row write limit.", "QUOTA"],
    ["Your account has exceeded D1's free tier daily row read limit.", "QUOTA"],
    ["Exceeded maximum DB size", "QUOTA"],
    ["Your account has exceeded D1's maximum account storage limit.", "QUOTA"],
    ["Wrangler requires at least Node.js v22.0.0. You are using v20.20.0.", "NODE_TOO_OLD"],
    // What the guide calls harmless, and similar errors.
    ["duplicate column name: current_key: SQLITE_ERROR [code: 7500]", "SQL_FAILED"],
    ["table job_audit_events already exists: SQLITE_ERROR", "SQL_FAILED"],
    ["index idx_job_audit_events_user already exists", "SQL_FAILED"],
    ["no such table: bulk_jobs: SQLITE_ERROR [code: 7500]", "SQL_FAILED"],
    ['near "ADDD": syntax error at offset 22: SQLITE_ERROR', "SQL_FAILED"],
    ["not authorized: SQLITE_AUTH", "SQL_FAILED"],
    ["no such column: rate_limit", "SQL_FAILED"],
    ["duplicate column name: rate_limit: SQLITE_ERROR", "SQL_FAILED"],
    ["unterminated string: syntax error", "SQL_FAILED"],
  ])("takes %j for %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
    expect(codeOf(`✘ [ERROR] A request to the Cloudflare API (/accounts/x/d1) failed.\n\n  ${text}\n`)).toBe(
      code,
    );
    expect(codeOf(text.toUpperCase())).toBe(code);
  });

  it.each([
    [
      "duplicate column name: a",
      "A column that was to be added is already there, so the whole batch was undone.",
    ],
    ["table a already exists", "Something of that name is already there, so the whole batch was undone."],
    ["no such table: a", "A table that the statement needs does not exist in this database."],
    ["Exceeded maximum DB size", "The database, the account's storage or the disk is full."],
    ["free tier daily row write limit", "The account has reached D1's free limit for today."],
  ])("explains %j as: %s", (text, means) => {
    expect(recognizeFailure(text, null)?.means).toBe(means);
  });
});

describe("recognizing a failure by its number", () => {
  it.each([
    [7403, "AUTHENTICATION"],
    [10000, "AUTHENTICATION"],
    [9106, "AUTHENTICATION"],
    [9109, "AUTHENTICATION"],
    [7404, "DATABASE_NOT_FOUND"],
    [7400, "DATABASE_NOT_FOUND"],
    [7429, "OVERLOADED"],
    [7500, "SQL_FAILED"],
    [1234, null],
    [0, null],
  ])("takes %d for %s", (number, code) => {
    expect(codeOf("", number)).toBe(code);
    expect(codeOf(`something new [code: ${number}]`)).toBe(code);
  });

  it("prefers the text to the number, since 7500 is not specific", () => {
    expect(codeOf("fetch failed [code: 7500]", 7500)).toBe("NETWORK");
    expect(codeOf("The database x could not be found", 7403)).toBe("DATABASE_NOT_FOUND");
  });

  it.each([
    "",
    "all is well",
    "unterminated string",
    "the process was terminated early",
    "rate_limit",
    "EPIPES",
    "the client connects",
    "its memory is limited",
    "[code: abc]",
    "code: 7403",
  ])("does not recognize %j", (text) => {
    expect(recognizeFailure(text, null)).toBeNull();
  });
});

describe("a retry", () => {
  const allowedFor = (text: string) => {
    const { transient, refused } = failureSaying(text);
    return { reading: transient, writing: refused };
  };

  it.each([
    "NOSENTRY database is locked: SQLITE_BUSY",
    "Currently processing a long-running import.",
    "D1 DB is overloaded. Requests queued for too long.",
  ])("is allowed even for writing after %j", (text) => {
    expect(allowedFor(text)).toEqual({ reading: true, writing: true });
  });

  it.each([
    "fetch failed",
    "Received a malformed response from the API",
    "internal server error [code: 10013]",
    "EBUSY: resource busy or locked, rmdir 'C:\\Temp\\miniflare-1'",
    "504 Gateway Timeout",
    "connect EACCES 127.0.0.1:443",
    "write EPIPE",
    "D1 DB exceeded its CPU time limit and was reset.",
    "exceeded its memory limit",
    "D1 DB reset because its code was updated.",
    "due to transient issue on remote node",
    "internal error; reference = abc",
    "exceeded timeout which caused object to be reset",
  ])("is allowed only for reading after %j", (text) => {
    expect(allowedFor(text)).toEqual({ reading: true, writing: false });
  });

  it.each([
    'The "node_compat" field is no longer supported',
    "Failed to automatically retrieve account IDs",
    "EACCES: permission denied, open '/state'",
    "self-signed certificate",
    "exceeded D1's maximum account storage limit",
    "duplicate column name: a",
    "Authentication error [code: 10000]",
    "exceeded D1's free tier daily row write limit",
    "something new",
  ])("is not allowed after %j", (text) => {
    expect(allowedFor(text)).toEqual({ reading: false, writing: false });
  });

  it("that is allowed for writing is always allowed for reading", () => {
    expect(diagnostics.filter((k) => k.refused && !k.transient)).toEqual([]);
  });
});

describe("a wrangler that ended without an answer", () => {
  const end = { exitCode: null, signal: null, stdout: "", stderr: "" };
  const killed = "The system killed wrangler (SIGKILL), usually because memory ran out.";
  const unknown = "Wrangler ended with an error that this program does not know.";
  it.each<[string, Partial<Parameters<typeof failureOf>[0]>, string]>([
    ["killed by a signal", { signal: "SIGKILL" }, killed],
    ["killed behind a shell", { exitCode: 137 }, killed],
    ["killed after a warning about something else", { exitCode: 137, stderr: "▲ [WARNING] odd\n" }, killed],
    [
      "with exit code 0",
      { exitCode: 0 },
      "Wrangler stopped without any output, which happens when the system kills it, usually because memory ran out.",
    ],
    ["by a crash", { signal: "SIGSEGV" }, `${unknown} Wrangler said: SIGSEGV.`],
    ["with exit code 1", { exitCode: 1 }, unknown],
    [
      "killed after it said why",
      { signal: "SIGKILL", stderr: "no such table: a" },
      "A table that the statement needs does not exist in this database. Wrangler said: no such table: a.",
    ],
  ])("is reported by how it ended: %s", (_, how, message) => {
    const failure = failureOf({ ...end, ...how }, true);
    expect(failure.message).toBe(message);
    // A batch may still have gone through.
    expect([failure.refused, failure.unsent, failure.transient]).toEqual([false, false, false]);
  });

  it.each([
    "read ECONNRESET",
    "connect ECONNREFUSED 127.0.0.1:1",
    "fetch failed",
    "Network connection lost.",
  ])("is reported as a failed engine for %j from a local database", (text) => {
    const { code, message, transient, unsent } = failureSaying(text, true);
    expect([code, transient, unsent]).toEqual(["UNEXPECTED_OUTPUT", false, false]);
    expect(message).toContain("stopped while it was working");
  });
});

describe("the problem that a user sees", () => {
  it("gives the meaning and what wrangler said, without its decoration", () => {
    const said = [
      "",
      " ⛅️ wrangler 4.86.0",
      "-------------------",
      "✘ [ERROR] fetch failed",
      "    at node:internal/deps/undici:1:2",
      "✘ [ERROR] fetch failed",
      "If you think this is a bug then please create an issue",
      '🪵  Logs were written to "/x.log"',
    ].join("\r\n");
    const failure = failureSaying(said);
    expect([failure.code, failure.message, failure.said]).toEqual([
      "NETWORK",
      "Cloudflare could not be reached, or its answer was lost. Wrangler said: fetch failed.",
      said,
    ]);
    expect(failure.advice).toBe("Check the connection (and proxy, if there is one), then run this again.");
  });

  it("is truncated between words, since half a word may be part of a secret", () => {
    const { message } = failureFrom({
      text: `no such table: ${"word ".repeat(76)}a-secret-of-more-characters`,
      code: null,
    });
    expect(message.length).toBeLessThan(482);
    expect(message).toMatch(/ word…/);
  });

  it("is UNEXPECTED_OUTPUT for empty or unknown output", () => {
    const means = "Wrangler ended with an error that this program does not know.";
    const empty = failureSaying("");
    expect([empty.code, empty.message]).toEqual(["UNEXPECTED_OUTPUT", means]);
    const unknown = failureFrom({ text: "what\nis this", code: 1 });
    expect([unknown.code, unknown.message]).toEqual([
      "UNEXPECTED_OUTPUT",
      `${means} Wrangler said: what is this.`,
    ]);
  });

  const unknown = "Wrangler ended with an error that this program does not know.";
  const said = (text: string, aside?: string, local?: boolean) => {
    const { code, message } = failureFrom(
      { text, code: null, ...(aside === undefined ? {} : { aside }) },
      local,
    );
    return [code, message];
  };

  it.each([
    ["what", "what."],
    ["what.", "what."],
    ["what!", "what!"],
    ["what?", "what?"],
    ["what…", "what…"],
    ["what:", "what:."],
  ])("ends its quote of %j with punctuation", (text, quote) => {
    expect(said(text)).toEqual(["UNEXPECTED_OUTPUT", `${unknown} Wrangler said: ${quote}`]);
  });

  it("quotes no terminal decoration", () => {
    const lines = [
      ...["🌀 Executing", "🤖 Using fallback value", "? Ok to proceed", "├ a", "│ b", "└ c", "╰ d", "─────"],
      ...[
        "There is a newer version of Wrangler",
        "To open a bug",
        "A newer version",
        "▲ [WARNING] odd",
        "it",
      ],
    ];
    expect(said(lines.join("\n"))).toEqual(["UNEXPECTED_OUTPUT", `${unknown} Wrangler said: odd it.`]);
  });

  it("quotes nothing that could move the cursor", () => {
    expect(said("\x07a\x1b[2Jb\u202ec")[1]).toBe(`${unknown} Wrangler said: \\x07ab\\u{202e}c.`);
  });

  it("quotes nothing for a missing login", () => {
    expect(said("You are not authenticated. Please run `wrangler login`.")).toEqual([
      "NOT_LOGGED_IN",
      "Wrangler is not logged in to Cloudflare.",
    ]);
  });

  const locked = "Another program holds a lock on the database. Wrangler said:";
  it.each([
    [
      "beside the answer",
      "internal failure",
      "start\n  database is locked: SQLITE_BUSY\nend",
      `${locked} database is locked: SQLITE_BUSY.`,
    ],
    ["in both", "database is locked", "SQLITE_BUSY elsewhere", `${locked} database is locked.`],
    ["in the answer alone", "database is locked", "nothing else", `${locked} database is locked.`],
    [
      "beside the answer twice",
      "internal failure",
      "first SQLITE_BUSY\nsecond SQLITE_BUSY",
      `${locked} first SQLITE_BUSY.`,
    ],
  ])("finds the reason %s", (_, text, aside, message) => {
    for (const local of [true, false]) expect(said(text, aside, local)).toEqual(["BUSY", message]);
  });

  it("keeps the answer as what was said, whatever was printed beside it", () => {
    expect(failureFrom({ text: "odd [code: 5]", code: 6, aside: "SQLITE_BUSY" })).toMatchObject({
      ...{ code: "BUSY", said: "odd [code: 5]", numbers: [5, 6] },
    });
  });

  it("quotes the answer of an unknown failure, not what was printed beside it", () => {
    expect(said("odd", "other")).toEqual(["UNEXPECTED_OUTPUT", `${unknown} Wrangler said: odd.`]);
  });

  it.each([
    ["internal error; reference = x", "OVERLOADED"],
    ["D1 DB is overloaded", "OVERLOADED"],
    ["getaddrinfo ENOTFOUND api.cloudflare.com", "NETWORK"],
  ])("does not attribute %j from a local database to Cloudflare", (text, code) => {
    expect(failureSaying(text).code).toBe(code);
    expect(failureSaying(text, true)).toMatchObject({
      code: "UNEXPECTED_OUTPUT",
      message: `${unknown} Wrangler said: ${text}.`,
      advice:
        'Run this again; if it keeps happening, open an issue with the output of "kv-manager-upgrade report".',
      ...{ transient: false, refused: false },
    });
  });

  it("reports an engine that ended before it received a query as not started", () => {
    expect(failureSaying("write EPIPE").code).toBe("NETWORK");
    expect(failureSaying("write EPIPE", true)).toMatchObject({
      code: "UNEXPECTED_OUTPUT",
      message: expect.stringContaining("did not start"),
      // It may have ended later as well.
      ...{ transient: false, refused: false, unsent: false },
    });
  });

  it.each([
    ["database is locked: SQLITE_BUSY", "BUSY"],
    ["attempt to write a readonly database: SQLITE_READONLY", "READ_ONLY"],
    ["database or disk is full: SQLITE_FULL", "QUOTA"],
    ["no such table: bulk_jobs", "SQL_FAILED"],
  ])("keeps the usual code for %j from a local database", (text, code) => {
    expect(failureSaying(text, true).code).toBe(code);
  });

  const id = "0123456789abcdef0123456789abcdef";
  it("lists several accounts without control characters", () => {
    const text = `More than one account available\n  \`a\x1b[2J\u202eb\`: \`${id}\`\n  \`(redacted)\`: \`${id}\``;
    expect(failureSaying(text)).toMatchObject({
      code: "ACCOUNT_AMBIGUOUS",
      message: "Your login has access to several Cloudflare accounts, and none is selected.",
      advice: `Set CLOUDFLARE_ACCOUNT_ID to the account that holds the database, then run this again. Your accounts:\n  \`a\\u{202e}b\`: \`${id}\`\n  \`(redacted)\`: \`${id}\``,
    });
  });
});
