import { describe, expect, it } from "vitest";
import { diagnostics } from "../../src/diagnostics/diagnostics.js";
import { explainText } from "../../src/explain/explain.js";
import { exitCodeOf, type ProblemCode } from "../../src/lib/problem.js";
import { failureTexts } from "../support/failure-texts.js";
import { titled } from "../support/titles.js";

const codesOf = (text: string) => explainText(text).map((e) => e.code);
/** Returns everything that is explained about a text, in one string. */
const said = (text: string) =>
  explainText(text)
    .map((e) => [e.means, e.changed, e.advice].join(" "))
    .join("\n");

describe("messages of KV Manager 2.x", () => {
  it.each<[string, string[]]>([
    [
      "Webhooks table not found. Run: wrangler d1 execute YOUR_DATABASE_NAME --remote --file=worker/migrations/apply_all_migrations.sql",
      ["migration 004", "2.0.0", "does not create that table", "--for 2"],
    ],
    [
      "D1_ERROR: table webhooks has no column named name: SQLITE_ERROR",
      ["migration 007", "2.2.0", "--for 2"],
    ],
    ["D1_ERROR: no such table: webhooks: SQLITE_ERROR", ["migration 004", "2.0.0"]],
    ["no such table: main.namespace_colors", ["migration 005", "2.1.0"]],
    ["no such table: key_colors: SQLITE_ERROR", ["migration 006", "2.1.0"]],
    ["no such table: monitoring_thresholds: SQLITE_ERROR", ["migration 008", "2.3.0"]],
    ["no such table: monitoring_state", ["migration 008", "2.3.0"]],
    ["no such table: schema_version: SQLITE_ERROR", ["No action is needed", "proves nothing"]],
    ['{"error":"Failed to list webhooks"}', ["migration 004", "migration 007"]],
    ["Failed to create webhook", ["migration 007"]],
    ["Failed to list thresholds", ["migration 008"]],
    ["Failed to get migration status", ["says nothing about what the database has"]],
    ["Failed to apply migrations", ["did not finish", "does not say"]],
    [
      "Migration 6 (webhooks_add_name): no such table: webhooks",
      ["stopped at this migration", "migration 004"],
    ],
  ])("%s", (text, parts) => {
    for (const part of parts) expect(said(text)).toContain(part);
    expect(said(text)).toContain("kv-manager-upgrade status --remote --binding kv-manager-metadata");
  });

  it("a migration error and the database error on the same line are both explained", () => {
    const text = "Migration 6 (webhooks_add_name): D1_ERROR: no such table: webhooks: SQLITE_ERROR";
    expect(codesOf(text)).toEqual(["SQL_FAILED", "UNEXPECTED_OUTPUT"]);
  });
});

describe("subjects of the guide's troubleshooting section", () => {
  it.each<[string, string, ProblemCode | null, string[]]>([
    [
      "duplicate column name",
      "✘ [ERROR] duplicate column name: current_key: SQLITE_ERROR [code: 7500]",
      "SQL_FAILED",
      [
        "says that this is harmless",
        "Neither is true",
        "undone",
        "kv-manager-upgrade --remote --binding kv-manager-metadata",
      ],
    ],
    [
      "table already exists",
      "table job_audit_events already exists at offset 13: SQLITE_ERROR",
      "SQL_FAILED",
      ["It is not", "other parts may still be missing", "kv-manager-upgrade --remote"],
    ],
    [
      "the guide's check of a table that is not there",
      "no such table: job_audit_events: SQLITE_ERROR",
      "SQL_FAILED",
      ["migration 001", "kv-manager-upgrade status --remote"],
    ],
    [
      "how to verify",
      "Verify Migration Success",
      null,
      ["current_key, percentage and metadata", "kv-manager-upgrade status --remote"],
    ],
    [
      "the guide's check of columns",
      'wrangler d1 execute x --command="PRAGMA table_info(bulk_jobs)"',
      null,
      ["kv-manager-upgrade status --remote"],
    ],
    [
      "a file handle on Windows",
      "Error: EBUSY: resource busy or locked, rmdir 'C:\\Users\\me\\AppData\\Local\\Temp\\miniflare-1a2b'",
      "BUSY",
      [
        "never uses --file",
        "does not say",
        "usually happens after the work",
        "kv-manager-upgrade status --local",
      ],
    ],
    [
      "another file handle on Windows",
      "EBUSY: resource busy or locked, open 'C:\\kv\\apply.sql'",
      "BUSY",
      ["--file", "does not say", "kv-manager-upgrade --remote"],
    ],
    ["its own words for it", "Windows File Handle Errors", "BUSY", ["--file"]],
    [
      "the local command in a stock checkout",
      "Couldn't find a D1 DB with the name or binding 'kv-manager-metadata-dev' in your wrangler.toml file.",
      "BINDING_NOT_FOUND",
      ["--config wrangler.dev.toml", "kv-manager-upgrade --local --binding kv-manager-metadata-dev"],
    ],
    [
      "an empty local database by mistake",
      "no such table: bulk_jobs: SQLITE_ERROR",
      "SQL_FAILED",
      ["new, empty local database", "kv-manager-upgrade status"],
    ],
    [
      "the local copy instead of the deployed one",
      "🌀 To execute on your remote database, add a --remote flag to your wrangler command.",
      null,
      ["local copy", "status --remote"],
    ],
    ["Docker", "I'm running KV Manager in Docker", null, ["Stop the container", "--persist-to DIR"]],
    [
      "the guide's file is not there",
      'Unable to read SQL text file "worker/migrations/apply_all_migrations.sql". Please check the file path and try again.',
      null,
      ["includes the migrations"],
    ],
  ])("%s", (_, text, code, words) => {
    const [first] = explainText(text);
    expect(first?.code).toBe(code);
    for (const word of words) expect(said(text)).toContain(word);
  });
});

describe("errors of KV Manager and wrangler", () => {
  it.each<[string, ProblemCode]>([
    ["D1_ERROR: table bulk_jobs has no column named metadata: SQLITE_ERROR", "SQL_FAILED"],
    ["D1_ERROR: no such column: percentage at offset 7: SQLITE_ERROR", "SQL_FAILED"],
    ["table _cf_ALARM has 3 columns but 2 values were supplied", "LOCAL_STATE_NEWER"],
    ["Wrangler requires at least Node.js v22.0.0. You are using v20.20.0.", "NODE_TOO_OLD"],
    [
      "In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment variable",
      "NOT_LOGGED_IN",
    ],
    [
      "More than one account available but unable to select one in non-interactive mode.",
      "ACCOUNT_AMBIGUOUS",
    ],
    ["NOSENTRY database is locked: SQLITE_BUSY", "BUSY"],
    ["attempt to write a readonly database: SQLITE_READONLY", "READ_ONLY"],
    ["not authorized: SQLITE_AUTH", "SQL_FAILED"],
    [
      "Found a database with name or binding X but it is missing a database_id, which is needed for operations on remote resources.",
      "CONFIG_INVALID",
    ],
    [
      'Processing wrangler.toml configuration: - "d1_databases[0]" bindings must have a "database_id" field but got {"binding":"METADATA"}.',
      "CONFIG_INVALID",
    ],
    ['METADATA bindings must have a "database_name" field', "CONFIG_INVALID"],
    ['The "node_compat" field is no longer supported as of Wrangler v4.', "CONFIG_INVALID"],
    ["Currently processing a long-running import.", "BUSY"],
    ["D1_RESET_DO", "OVERLOADED"],
    ["exceeded timeout which caused object to be reset", "OVERLOADED"],
    ["internal error; reference = abc", "OVERLOADED"],
    ["fetch failed", "NETWORK"],
    ["504 Gateway Time-out", "NETWORK"],
    ["exceeded D1's free tier daily row write limit", "QUOTA"],
    ["Exceeded maximum DB size", "QUOTA"],
    ["bash: wrangler: command not found", "WRANGLER_NOT_FOUND"],
    ["No version is set for command wrangler", "WRANGLER_NOT_FOUND"],
    ["No preset version installed for command wrangler", "WRANGLER_NOT_FOUND"],
    ["mise ERROR No version is set for shim: wrangler", "WRANGLER_NOT_FOUND"],
    ['Volta error: Could not find executable "wrangler"', "WRANGLER_NOT_FOUND"],
    ["'wrangler' is not recognized as an internal or external command", "WRANGLER_NOT_FOUND"],
    ...[7403, 10000, 9106, 9109].map((n): [string, ProblemCode] => [`[code: ${n}]`, "AUTHENTICATION"]),
    ["something new [code: 7500]", "SQL_FAILED"],
  ])("%j is explained once, as %s", (text, code) => {
    expect(codesOf(text)).toEqual([code]);
    expect(codesOf(JSON.stringify({ error: { text: "A request failed.", notes: [{ text }] } }))).toEqual([
      code,
    ]);
    expect(codesOf(`\r\n⛅️ wrangler 4.86.0\r\n--------\r\n\x1b[31m✘ [ERROR] ${text}\r\n`)).toEqual([code]);
  });

  it.each<[string, ProblemCode]>([
    ["7403", "AUTHENTICATION"],
    ["code 7404", "DATABASE_NOT_FOUND"],
    ['{"code":7400}', "DATABASE_NOT_FOUND"],
    ["7429", "OVERLOADED"],
  ])("the number %j is explained as %s", (text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });

  it.each(titled(failureTexts, (said) => said.message))(
    "Cloudflare's message is explained: %s",
    (_, { message, code, expected }) => {
      expect(codesOf(`${message} [code: ${code}]`)).toEqual(
        expected === "UNEXPECTED_OUTPUT" ? [] : [expected],
      );
    },
  );

  it("every known failure has a meaning, advice and an exit code", () => {
    for (const { means, advice, code } of diagnostics) {
      expect([means, advice].every((text) => text.length > 20)).toBe(true);
      expect(exitCodeOf[code]).toBeGreaterThan(0);
    }
  });
});

describe("a shell's own errors, as opposed to database errors", () => {
  it.each([
    ["bash", "bash: syntax error near unexpected token `newline'"],
    ["bash at the end", "-bash: syntax error: unexpected end of file"],
    ["bash with a quote too few", "bash: unexpected EOF while looking for matching `\"'"],
    ["zsh", "zsh: parse error near `\\n'"],
    ["sh", "sh: 1: Syntax error: newline unexpected"],
    ["cmd", "The syntax of the command is incorrect."],
    ["cmd at a bracket", "< was unexpected at this time."],
    [
      "PowerShell",
      "At line:1 char:25\r\n+ npx wrangler d1 execute <name> --remote\r\n+ ~\r\nThe '<' operator is reserved for future use.\r\n    + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException\r\n    + FullyQualifiedErrorId : RedirectionNotSupported",
    ],
  ])("%s", (_, text) => {
    expect(codesOf(text)).toEqual([null]);
    for (const word of [
      "shell",
      "No.",
      "placeholders such as <name>",
      "quotes",
      "kv-manager-upgrade --remote",
    ])
      expect(said(text)).toContain(word);
  });

  it.each(['near "ADDD": syntax error at offset 22', '{"text":"near \\"<\\": syntax error"}'])(
    "%s is a database error",
    (text) => {
      expect(codesOf(text)).toEqual(["SQL_FAILED"]);
    },
  );
});

describe("connection errors between this computer and Cloudflare", () => {
  it.each([
    "self-signed certificate in certificate chain",
    "unable to get local issuer certificate",
    "unable to verify the first certificate",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_SSL_WRONG_VERSION_NUMBER",
    "SSL routines:tls_get_more_records:packet length too long",
  ])("%s is attributed to an intercepting proxy, and nothing was sent", (text) => {
    for (const log of [text, `fetch failed: ${text}`]) {
      const [first] = explainText(log);
      expect(first?.code).toBe("NETWORK");
      expect(first?.changed).toMatch(/^No\./);
      for (const word of ["proxy", "NODE_EXTRA_CA_CERTS"]) expect(said(log)).toContain(word);
    }
  });

  it.each<[string, ProblemCode, string]>([
    ["certificate has expired", "NETWORK", "date and time"],
    ["CERT_NOT_YET_VALID", "NETWORK", "date and time"],
    [
      "Hostname/IP does not match certificate's altnames: Host: api.cloudflare.com.",
      "NETWORK",
      "Log in to the network",
    ],
    [
      "Error: Request was cancelled.\n    at new ProxyAgent (/kv/wrangler-dist/cli.js:1:2)",
      "UNEXPECTED_OUTPUT",
      "http://proxy.example.com:8080",
    ],
  ])("%s is recognized, and nothing was sent", (text, code, word) => {
    const found = explainText(text);
    expect(found.map((e) => [e.code, e.changed?.slice(0, 3)])).toEqual([[code, "No."]]);
    expect(said(text)).toContain(word);
  });
});

describe("an engine that does not start", () => {
  it.each<[string, string]>([
    ["Error: spawn /kv/node_modules/@cloudflare/workerd-linux-64/bin/workerd ENOENT", "--persist-to DIR"],
    ["Error relocating /kv/node_modules/workerd/bin/workerd: __res_init: symbol not found", "glibc"],
    ["Error: Cannot find module '@cloudflare/workerd-linux-64'", "--include=optional"],
    ["You installed workerd on another platform than the one you're currently using.", "--include=optional"],
    ["workerd: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.35' not found", "newer C library"],
    ["Illegal instruction (core dumped)", "processor"],
    [
      "kj/compat/tls.c++:82: failed: OpenSSL error; message = error:0900006e:PEM routines:OPENSSL_internal:NO_START_LINE",
      "NODE_EXTRA_CA_CERTS",
    ],
    ["MiniflareCoreError [ERR_RUNTIME_FAILURE]: The Workers runtime failed to start.", "--debug"],
  ])("%s", (text, word) => {
    const found = explainText(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.changed).toMatch(/^No\./);
    expect(said(text)).toContain(word);
  });

  it("because its files are read-only is explained by that first", () => {
    const log =
      "workerd: attempt to write a readonly database: SQLITE_READONLY\nThe Workers runtime failed to start.";
    expect(codesOf(log)[0]).toBe("READ_ONLY");
  });

  it("is explained by the cause before the general message", () => {
    const log =
      "Error relocating workerd: x: symbol not found\nThe Workers runtime failed to start. There is likely additional logging output above.";
    expect(explainText(log)[0]?.means).toContain("musl");
  });
});

describe("the computer's own limits", () => {
  it.each<[string, ProblemCode, string, RegExp]>([
    ["ENOSPC: no space left on device, write", "QUOTA", "The disk of this computer is full", /^No\./],
    ["spawn ENOMEM", "UNEXPECTED_OUTPUT", "too little memory", /may still have gone through/],
    [
      "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
      ...(["UNEXPECTED_OUTPUT", "too little memory", /may still have gone through/] as const),
    ],
    ["Killed", "UNEXPECTED_OUTPUT", "The system killed wrangler", /may still have gone through/],
    [
      "/home/me/bin/wrangler: line 3:  4242 Killed                  node wrangler.js d1 list",
      ...(["UNEXPECTED_OUTPUT", "The system killed wrangler", /may still have gone through/] as const),
    ],
    [
      "npm error command failed with exit code 137",
      "UNEXPECTED_OUTPUT",
      "memory",
      /may still have gone through/,
    ],
  ])("%s", (text, code, word, changed) => {
    const [first, ...more] = explainText(text);
    expect([first?.code, more]).toEqual([code, []]);
    expect(said(text)).toContain(word);
    expect(first?.changed).toMatch(changed);
  });
});

describe("other errors that users paste", () => {
  it.each<[string, ProblemCode | null, string]>([
    ["npm error could not determine executable to run", null, "npx kv-manager-upgrade"],
    ["Address already in use (127.0.0.1:8787)", null, "--port"],
    ["✘ [ERROR] incomplete input: SQLITE_ERROR", "SQL_FAILED", "a shell cut it off"],
    // Those of a first installation.
    ["bash: npx: command not found", null, "Install Node 22"],
    ["zsh: command not found: npm", null, "Install Node 22"],
    ["'npm' is not recognized as an internal or external command", null, "Install Node 22"],
    ["/usr/bin/env: 'node': No such file or directory", null, "Install Node 22"],
    ["Error: EMFILE: too many open files, open '/kv/node_modules/x'", null, "ulimit"],
    [
      '✘ [ERROR] No environment found in configuration with name "production".',
      "BINDING_NOT_FOUND",
      "omit --env",
    ],
    [
      "✘ [ERROR] Missing entry-point to Worker script or to assets directory",
      "CONFIG_INVALID",
      "This does not matter for the database",
    ],
  ])("%s", (text, code, word) => {
    expect(codesOf(text)).toEqual([code]);
    expect(said(text)).toContain(word);
  });
});

describe("a text without a known error", () => {
  it.each([
    "Process exited, code 10000",
    "ended with code 7403 after 10 s",
    "line 7500: something",
    "signature verification failed",
    "Verified: 3 packages",
    ...["The Durable Object container was evicted", "container"],
    ...["all is well", "", "It is a conflict of interest", "error", "1234", "\n\n", "xx ".repeat(20)],
  ])("is not explained: %j", (text) => {
    expect(explainText(text)).toEqual([]);
  });
});

describe("wrangler's failure as JSON", () => {
  const failure = {
    error: {
      text: "A request to the Cloudflare API (/accounts/x/d1/database/y/query) failed.",
      notes: [{ text: "no such table: job_audit_events: SQLITE_ERROR [code: 7500]" }],
      kind: "error",
      name: "APIError",
      code: 7500,
    },
  };

  it.each([
    ["in lines", JSON.stringify(failure, null, 2)],
    ["in one", JSON.stringify(failure)],
  ])("is explained once, by its innermost message: %s", (_, text) => {
    expect(explainText(text).map((e) => [e.code, e.text])).toEqual([
      ["SQL_FAILED", "no such table: job_audit_events: SQLITE_ERROR [code: 7500]"],
    ]);
  });

  it("is quoted without JSON escapes, and a number with its key", () => {
    const json = JSON.stringify({ text: 'near "x": syntax error' });
    expect(explainText(json)[0]?.text).toBe('near "x": syntax error');
    expect(explainText('{\n  "code": 7403,\n}')[0]?.text).toBe('"code": 7403');
  });
});

describe("the program's own error codes", () => {
  it("are recognized within a sentence, except QUOTA and parts of other words", () => {
    expect(codesOf("outcome failed exit code 4 UNKNOWN_OUTCOME")).toEqual(["UNKNOWN_OUTCOME"]);
    expect(codesOf("it said CONFIG_NOT_FOUND, twice: CONFIG_NOT_FOUND")).toEqual(["CONFIG_NOT_FOUND"]);
    expect(codesOf("MY_READ_ONLY_FLAG unknown_outcome QUOTA")).toEqual([]);
  });

  it.each(Object.keys(exitCodeOf) as ProblemCode[])("%s", (code) => {
    for (const text of [code, code.toLowerCase(), ` (${code}) `]) {
      const [explanation, ...more] = explainText(text);
      expect([explanation?.code, more]).toEqual([code, []]);
      expect(explanation?.means.length).toBeGreaterThan(30);
      expect(explanation?.advice.length).toBeGreaterThan(30);
      expect(explanation?.changed).toMatch(/^(No\.|The text alone)/);
    }
    expect(codesOf(`Error (${code}): what\nNothing was changed.`)).toEqual([code]);
    expect(codesOf(`## Error\n\n**${code}**`)).toEqual([code]);
    expect(codesOf(`{"error": {"code": "${code}", "message": "what"}}`)).toEqual([code]);
  });

  it("leave the outcome open when the write may have gone through", () => {
    expect(explainText("UNKNOWN_OUTCOME")[0]?.changed).toContain("may still have gone through");
    expect(explainText("fetch failed")[0]?.changed).toContain("may still have gone through");
  });
});

describe("the commands in the advice", () => {
  const missing = "no such table: job_audit_events: SQLITE_ERROR";
  it.each<[string, string, string]>([
    ["nothing else", missing, "--remote --binding kv-manager-metadata"],
    [
      "the development database",
      `npx wrangler d1 execute kv-manager-metadata-dev --local --file=x.sql\n${missing}`,
      "--local --binding kv-manager-metadata-dev",
    ],
    [
      "wrangler's own words for a local one",
      `🌀 Executing on local database x from .wrangler/state/v3/d1:\n🌀 To execute on your remote database, add a --remote flag to your wrangler command.\n${missing}`,
      "--local --binding kv-manager-metadata-dev",
    ],
    ["its location", `Resource location: local\n${missing}`, "--local --binding kv-manager-metadata-dev"],
    ["its location in JSON", `"location": "local"\n${missing}`, "--local --binding kv-manager-metadata-dev"],
    [
      "a name and a config",
      `wrangler d1 execute "my-kv" --remote --config conf/wrangler.jsonc --command="x"\n${missing}`,
      "--remote --config conf/wrangler.jsonc --binding my-kv",
    ],
    [
      "a binding that fits two databases",
      `wrangler d1 execute METADATA --local\n${missing}`,
      "--local --binding kv-manager-metadata-dev",
    ],
    [
      "a mounted folder",
      `wrangler d1 execute kv --local --persist-to ./data\n${missing}`,
      "--local --binding kv --persist-to ./data",
    ],
    ["both", `--local did not work\n--remote neither\n${missing}`, "--remote --binding kv-manager-metadata"],
  ])("name the database that the log names: %s", (_, log, flags) => {
    const found = explainText(log).find(({ means }) => means.includes("migration 001"));
    expect(found?.advice).toContain(`kv-manager-upgrade status ${flags}\n`);
  });

  it("contain no unfilled placeholders", () => {
    const texts = [...failureTexts.map((f) => f.message), "file is not a database: SQLITE_NOTADB", missing];
    for (const text of [...texts, ...Object.keys(exitCodeOf)]) expect(said(text)).not.toMatch(/[{}]/);
  });
});

describe("the statement about changes", () => {
  it.each([
    "EBUSY: resource busy or locked",
    "EPERM: operation not permitted, unlink 'C:\\Temp\\miniflare-1\\a.sqlite'",
    "Error: ENOTEMPTY: directory not empty, rmdir '/tmp/x'",
  ])("stays open for a file that could not be removed: %s", (text) => {
    expect(said(text)).toContain("The text alone does not say");
    expect(said(text)).not.toMatch(/\bNo\./);
  });
});

describe("a subject of the guide", () => {
  it.each(["Docker Users", "my container's database", "a mounted volume"])("is explained: %s", (text) => {
    expect(said(text)).toContain("mounted folder");
  });

  it("is omitted when the text contains an error", () => {
    expect(codesOf("in docker: duplicate column name: metadata")).toEqual(["SQL_FAILED"]);
  });
});

describe("a whole log", () => {
  it("has each known error explained once, the most specific first", () => {
    const log = [
      "fetch failed",
      "  at node:internal/deps/undici",
      "Error (NETWORK): Cloudflare could not be reached.",
      "duplicate column name: a: SQLITE_ERROR [code: 7500]",
      "duplicate column name: b: SQLITE_ERROR [code: 7500]",
      "running in docker",
      "Authentication error [code: 10000]",
    ].join("\n");
    expect(explainText(log).map((e) => [e.code, e.text])).toEqual([
      ["SQL_FAILED", "duplicate column name: a: SQLITE_ERROR [code: 7500]"],
      ["NETWORK", "fetch failed"],
      ["AUTHENTICATION", "Authentication error [code: 10000]"],
    ]);
  });

  it("is never cut within a word, which could be a secret", () => {
    expect(explainText(`fetch failed ${"x ".repeat(70)}a-secret-of-some-characters`)[0]?.text).toMatch(
      / x…$/,
    );
  });

  it("has a long line cut to start at the recognized error", () => {
    const [explanation] = explainText(`${"x ".repeat(3000)}fetch failed${" y".repeat(300)}`);
    expect(explanation?.text).toMatch(/^fetch failed/);
    expect(explanation?.text.length).toBeLessThanOrEqual(160);
  });
});
