import { describe, expect, it } from "vitest";
import { homeNames, makeRedact, redactDeep } from "../../src/redaction/redact.js";
import { secretsIn } from "../../src/redaction/secrets.js";

const redact = makeRedact(new Set(), new Set(), "/home/me");
const account = "0123456789abcdef0123456789abcdef";
const database = "0a1b2c3d-1111-4222-8333-444455556666";
const bookmark = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";

describe("redaction hides", () => {
  it.each([
    ["a bearer", "curl -H 'Bearer abc.DEF_123-~+/=='", "curl -H 'Bearer [hidden]'"],
    ["a key header", "X-Auth-Key: c2547eb745079dac", "X-Auth-Key: [hidden]"],
    ["a key header in JSON", '{"x-auth-key":"c2547eb745079dac"}', '{"x-auth-key":"[hidden]'],
    ["an e-mail header", "x-auth-email=me@example.com", "x-auth-email=[hidden]"],
    ["a token in a config", 'oauth_token = "abcdefgh1234"', 'oauth_token = "[hidden]"'],
    ["a token in JSON", '"refresh_token":"abc.def-123"', '"refresh_token":"[hidden]"'],
    ["a token in a query", "access-token=abcdefgh12&x=1", "access-token=[hidden]"],
    ["a token of the environment's", "CLOUDFLARE_API_TOKEN=abcd1234efgh", "CLOUDFLARE_API_TOKEN=[hidden]"],
    ["a key of the environment's", "CLOUDFLARE_API_KEY: abcd1234efgh", "CLOUDFLARE_API_KEY: [hidden]"],
    ["a token by its bare name", '{"token": "abc.def-1234"}', '{"token": "[hidden]"}'],
    ["a secret and a password", "SECRET=abcd1234, password: abcd1234", "SECRET=[hidden], password: [hidden]"],
    ["a token header", "Authorization: token ghp_abc123", "Authorization: [hidden]"],
    ["a short bearer header", "Authorization: Bearer short", "Authorization: [hidden]"],
    ["a short bearer", "with Bearer short, then", "with Bearer [hidden], then"],
    ["a login cookie", "CF_Authorization=eyJhbGciOi.J9.x", "CF_Authorization=[hidden]"],
    [
      "a login cookie among others",
      "Cookie: a=1; CF_Authorization=eyJ.x; b=2",
      "Cookie: a=1; CF_Authorization=[hidden]",
    ],
    ["an e-mail address with umlauts", "by jörg.müller@straße.de, then", "by [e-mail hidden], then"],
    ["an e-mail address in quotes", '"jörg@büro.example"', '"[e-mail hidden]"'],
    [
      "the home folder and its neighbours",
      "/home/me/x /home/melissa/x /home/me-2",
      "~/x /home/melissa/x /home/me-2",
    ],
    ["an e-mail address", "by jo.e+kv@mail.example.co.uk, then", "by [e-mail hidden], then"],
    ["a database id", `database_id = "${database}"`, 'database_id = "0a1b2c3d…"'],
    ["a database id in capitals", database.toUpperCase(), "0A1B2C3D…"],
    ["an account id", `/accounts/${account}/d1/database`, "/accounts/012345…/d1/database"],
    ["an account id after a dash", `acc-${account}-x`, "acc-012345…-x"],
    ["an account id after an underscore", `acc_${account}_x`, "acc_012345…_x"],
    ["an account id in a name", `x${account}y`, "x012345…y"],
    ["a database id after a dash", `db-${database}-x`, "db-0a1b2c3d…-x"],
    ["a database id after an underscore", `db_${database}.sqlite`, "db_0a1b2c3d….sqlite"],
    [
      "a value in color",
      "token\x1b[39m: \x1b[36mabcd1234\x1b[39m",
      "token\x1b[39m: \x1b[36m[hidden]\x1b[39m",
    ],
    ["a password of several words", 'password: "correct horse"', 'password: "[hidden]"'],
    ["a private key", "-----BEGIN PRIVATE KEY-----\nabcd\n-----END PRIVATE KEY-----", "[hidden]"],
    [
      "a signed address in JSON, and what follows it",
      '"https://a.example/?a=1\\u0026sig=abcd\\nsecret = abcd1234"',
      '"[signed address hidden]\\nsecret = [hidden]"',
    ],
    ["both", `${account} ${database}`, "012345… 0a1b2c3d…"],
    ["the home folder", "/home/me/kv/wrangler.toml and /home/me", "~/kv/wrangler.toml and ~"],
    [
      "a signed address",
      "Get https://a.r2.example.com/x.sql?X-Amz-Date=1&X-Amz-Signature=ab12 now",
      "Get [signed address hidden] now",
    ],
    ["a signed address in quotes", '"https://a.example.com/?a=1&sig=ab"', '"[signed address hidden]"'],
    ["another", "https://a.example.com/?token=ab", "[signed address hidden]"],
  ])("%s", (_, text, clean) => {
    expect(redact(text)).toBe(clean);
    expect(redact(`a\n${text}\nb\n${text}`)).toBe(`a\n${clean}\nb\n${clean}`);
    expect(redact(clean)).toBe(clean);
  });

  it.each([
    "Authorization: Bearer abcdefgh.ijkl",
    '{"authorization":"Bearer abcdefgh.ijkl"}',
    "authorization=Basic abcdefgh.ijkl",
  ])("every part of the secret in %s", (text) => {
    expect(redact(text)).not.toMatch(/abcdefgh|ijkl/);
    expect(redact(text)).toContain("[hidden]");
  });
});

describe("redaction keeps", () => {
  it.each([
    ["a bookmark", bookmark],
    ["a bookmark in a command", `npx wrangler d1 time-travel restore kv --bookmark=${bookmark}`],
    ["a package with its version", "npm install --save-dev wrangler@4.86.0"],
    ["a prerelease with its version", "wrangler@4.86.0-beta.rc and @types/node@20.19.43"],
    ["the word basic", "Basic information about the database"],
    ["a bearer of no secret", "the bearer of"],
    ["another's home folder", "/home/melissa/kv and /home/me.old/kv"],
    ["a bookmark after a dash", `bookmark-${bookmark}`],
    ["a longer hash after a dash", `sha-${account}0`],
    ["too short for an id", account.slice(1)],
    ["a longer hash", `${account}${account}`],
    ["an address without a secret", "https://developers.cloudflare.com/d1/?search=x"],
    ["names", "kv-manager-metadata (binding METADATA in wrangler.toml)"],
    ["SQL", "CREATE INDEX i ON job_audit_events(job_id, timestamp DESC)"],
    ["the word token", "set a CLOUDFLARE_API_TOKEN environment variable"],
    ["Windows paths of others", "C:\\Users\\other\\kv"],
  ])("%s", (_, text) => {
    expect(redact(text)).toBe(text);
  });

  it("ids that were revealed", () => {
    const revealed = new Set<string>();
    const open = makeRedact(new Set(), revealed, "/home/me");
    expect(open(account)).toBe("012345…");
    // Ids may be revealed later.
    revealed.add(account).add(database);
    expect(open(`\`Mine\`: \`${account}\``)).toBe(`\`Mine\`: \`${account}\``);
    const other = account.replace("0", "f");
    expect(open(`${account} ${database.toUpperCase()} ${other}`)).toBe(
      `${account} ${database.toUpperCase()} f12345…`,
    );
  });
});

describe("secrets from the environment", () => {
  const ofEnvironment = (env: NodeJS.ProcessEnv) => makeRedact(new Set(secretsIn(env)), new Set(), "");

  it.each([
    ...["PASSWD", "MY_PASS", "PASS", "SESSION_PASSWD", "PRIVATE_KEY", "apiKey", "AUTH", "npm_config__auth"],
    ...["AWS_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "SIGNING_KEY", "CLOUDFLARE_CA_KEY", "MY_JWT"],
    "CLOUDFLARE_API_TOKEN",
    "CF_API_KEY",
    "npm_config_token",
    "DB_PASSWORD",
    "MY_SECRET",
    "AWS_CREDENTIALS",
    "CLOUDFLARE_EMAIL",
  ])("include the value of %s", (name) => {
    const own = ofEnvironment({ [name]: "s3cr3t$&.*value" });
    expect(own("a s3cr3t$&.*value, s3cr3t$&.*value/b")).toBe("a [hidden], [hidden]/b");
  });

  it.each([
    ["another name", { PATH: "/usr/local/bin" }, "/usr/local/bin"],
    ["a value so short that it may be a word", { MY_TOKEN: "true" }, "true"],
    ["a plain word of eleven", { MY_TOKEN: "abcdefghijk" }, "abcdefghijk"],
    ["a plain word with a capital", { MY_AUTH: "Required" }, "Required"],
    ["a plain word in capitals", { MY_TOKEN: "METADATA" }, "METADATA"],
    ["a value of seven", { MY_PASS: "hunter2" }, "hunter2"],
    ["a name that only contains it", { COMPASS: "abc123def456", AUTHOR: "abc123def456" }, "abc123def456"],
    ["no value", { MY_TOKEN: undefined }, "undefined"],
    ["an empty value", { MY_TOKEN: "" }, "text"],
  ])("do not include %s", (_, env, text) => {
    expect(ofEnvironment(env)(text)).toBe(text);
  });

  it.each(["hunter22", "12345678", "pass-word", "passWord"])(
    "include a short value that is not a plain word: %s",
    (value) => {
      expect(ofEnvironment({ MY_PASS: value })(`x${value}!`)).toBe("x[hidden]!");
    },
  );

  it("are found across a line break, line by line, and as JSON escapes them", () => {
    const own = ofEnvironment({
      A_PASS: "correct horse 1",
      B_TOKEN: 'a"b\\c12345',
      A_KEY: "x",
      PRIVATE_KEY: "abc12345\ndef12345\\nghi12345",
    });
    expect(own("correct\n horse 1")).toBe("[hidden]");
    expect(own(`${JSON.stringify('a"b\\c12345')} a"b\\c12345`)).toBe('"[hidden]" [hidden]');
    expect(own("ghi12345 def12345: abc12345")).toBe("[hidden] [hidden]: [hidden]");
  });

  it("do not include a revealed id", () => {
    const own = makeRedact(new Set([account]), new Set([account]), "");
    expect(own(account)).toBe(account);
    expect(makeRedact(new Set([account]), new Set(), "")(account)).toBe("[hidden]");
  });

  it("include those that become known later", () => {
    const secrets = new Set<string>();
    const own = makeRedact(secrets, new Set(), "");
    expect(own("abc12345")).toBe("abc12345");
    secrets.add("abc12345");
    expect(own("abc12345")).toBe("[hidden]");
  });

  it("include a plain word of twelve characters", () => {
    expect(ofEnvironment({ MY_TOKEN: "abcdefghijkl" })("xabcdefghijkl!")).toBe("x[hidden]!");
  });

  it("are replaced longest first, so that no remainder is left", () => {
    const own = ofEnvironment({ A_TOKEN: "abcdefghijkl", B_TOKEN: "abcdefghijklmnop" });
    expect(own("abcdefghijklmnop abcdefghijkl")).toBe("[hidden] [hidden]");
  });
});

it("redactDeep redacts every string value of JSON but no key", () => {
  const hide = (text: string) => text.replaceAll("x", "-");
  expect(redactDeep({ x: ["x", 1, null, true, { a: "xx" }], b: null }, hide)).toEqual({
    x: ["-", 1, null, true, { a: "--" }],
    b: null,
  });
  expect([redactDeep("x", hide), redactDeep(undefined, hide)]).toEqual(["-", undefined]);
});

it("redactDeep leaves statements exactly as sent", () => {
  const hide = (text: string) => text.replaceAll("x", "-");
  expect(redactDeep({ statements: ["x"], checks: [{ statements: "x", sql: "x" }] }, hide)).toEqual({
    statements: ["x"],
    checks: [{ statements: "x", sql: "-" }],
  });
});

describe("the home folder", () => {
  it.each([
    ["/home/me", "/home/me", "~"],
    ["/home/me", "/home/me/", "~/"],
    ["/home/me", "in /home/me, too", "in ~, too"],
    ["/home/me", "(/home/me/kv)", "(~/kv)"],
    ["/home/me", "--config=/home/me/kv", "--config=~/kv"],
    ["/home/me", "//home//me//kv", "~//kv"],
    ["/home/me", "\\home\\me\\kv", "~\\kv"],
    ["/home/me", "/mnt/home/me/kv", "/mnt/home/me/kv"],
    ["/home/me", "~/home/me", "~/home/me"],
    ["/home/me", "./home/me", "./home/me"],
    ["/home/me", "/home/me.", "~."],
    ["/home/me", "/home/me.old", "/home/me.old"],
    ["/home/me", "/home/me_2", "/home/me_2"],
    ["/home/me", "/home/ME/kv", "/home/ME/kv"],
    ["/home/me/", "/home/me/kv", "~/kv"],
    ["/home/j.o+1", "/home/j.o+1/kv /home/jxo+1/kv", "~/kv /home/jxo+1/kv"],
    ["/", "/home/me", "/home/me"],
    ["", "/home/me", "/home/me"],
    ["C:\\Users\\Me", "C:\\Users\\Me\\kv", "~\\kv"],
    ["C:\\Users\\Me", "c:/users/me/kv", "~/kv"],
    ["C:\\Users\\Me", "C:\\Users\\Me2\\kv", "C:\\Users\\Me2\\kv"],
    ["C:\\Users\\Me", '{"a":"C:\\\\Users\\\\Me\\\\kv"}', '{"a":"~\\\\kv"}'],
  ])("%s: %s", (home, text, clean) => {
    expect(makeRedact(new Set(), new Set(), home)(text)).toBe(clean);
  });
});

describe("the home folder on Windows", () => {
  const home = "C:\\Users\\Jo";
  const windows = (readers: "screen" | "public") =>
    makeRedact(new Set(), new Set(), home, homeNames(readers, "win32"));

  it.each([
    ["in prose", "in C:\\Users\\Jo\\kv is nothing", "in ~\\kv is nothing", "in ~\\kv is nothing"],
    [
      "in a command",
      "  npx kv-manager-upgrade --local --persist-to C:\\Users\\Jo\\state --yes",
      "  npx kv-manager-upgrade --local --persist-to C:\\Users\\Jo\\state --yes",
      "  npx kv-manager-upgrade --local --persist-to <home>\\state --yes",
    ],
    [
      "in a command that reads a file",
      '  type "C:\\Users\\Jo\\my log.txt" | npx kv-manager-upgrade explain -',
      '  type "C:\\Users\\Jo\\my log.txt" | npx kv-manager-upgrade explain -',
      '  type "<home>\\my log.txt" | npx kv-manager-upgrade explain -',
    ],
    [
      "where Node is told what to start",
      'node "C:\\Users\\Jo\\my kv\\cli.cjs" status',
      'node "C:\\Users\\Jo\\my kv\\cli.cjs" status',
      'node "<home>\\my kv\\cli.cjs" status',
    ],
    [
      "behind a flag",
      "  --persist-to C:\\Users\\Jo\\state",
      "  --persist-to C:\\Users\\Jo\\state",
      "  --persist-to <home>\\state",
    ],
    [
      "in the line after a command",
      "npx wrangler whoami\nC:\\Users\\Jo\\kv",
      "npx wrangler whoami\n~\\kv",
      "npx wrangler whoami\n~\\kv",
    ],
  ])("%s", (_, text, onScreen, inPublic) => {
    expect(windows("screen")(text)).toBe(onScreen);
    expect(windows("public")(text)).toBe(inPublic);
  });

  it("is ~ on every other system", () => {
    for (const readers of ["screen", "public"] as const)
      expect(
        makeRedact(new Set(), new Set(), "/home/me", homeNames(readers, "linux"))("npx x --cwd /home/me/kv"),
      ).toBe("npx x --cwd ~/kv");
  });
});

describe("redacting a long text", () => {
  const units = [
    ...[
      "x",
      "a.",
      "x@",
      "@",
      "-",
      "eyJ",
      "%20",
      "%40",
      "http://",
      "http://a?",
      "://a:",
      "token=",
      '"token": ',
    ],
    ...[
      "A",
      "0a",
      "\\u0041",
      "cfut_",
      "v1.0-",
      "ghp_",
      "sk-",
      "npm_",
      "Bearer ",
      "signature=",
      "é",
      "aA1",
      " ",
      "\n",
    ],
  ];
  // A pattern that restarts at each character takes ten times as long.
  it.each(units)("of %j alone takes less than three seconds", (unit) => {
    const text = `${unit.repeat(100_000 / unit.length)} me@example.com`;
    // CPU time, since a busy machine may delay the process.
    const before = process.cpuUsage();
    expect(redact(text).includes("me@example.com")).toBe(false);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(3000);
  });
});
