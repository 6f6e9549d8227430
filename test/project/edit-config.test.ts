import fc from "fast-check";
import { type ParseError, parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { describe, expect, it } from "vitest";
import { configFromText, type D1Binding } from "../../src/project/config-files.js";
import { withDatabase, withDatabaseId } from "../../src/project/edit-config.js";

const id = "0a1b2c3d-1111-4222-8333-444455556666";
const bindingOf = (path: string, text: string, at = 0): D1Binding => {
  const found = configFromText(path, text).bindings[at];
  if (found === undefined) throw new Error(`no binding ${at} in ${text}`);
  return found;
};
const withId = (path: string, text: string, at = 0) =>
  withDatabaseId(path, text, bindingOf(path, text, at), "databaseId", id);

describe("writing a database id into TOML", () => {
  const head = 'name = "kv"\n';
  const rows: [what: string, text: string, expected: string | null, at?: number][] = [
    [
      "a missing line",
      `${head}[[d1_databases]]\n  binding = "METADATA" # b\n  database_name = "kv" # n\n  migrations_dir = "m"\n`,
      `${head}[[d1_databases]]\n  binding = "METADATA" # b\n  database_name = "kv" # n\n  database_id = "${id}"\n  migrations_dir = "m"\n`,
    ],
    [
      "a file that ends without a newline",
      `[[d1_databases]]\nbinding = "METADATA"`,
      `[[d1_databases]]\nbinding = "METADATA"\ndatabase_id = "${id}"`,
    ],
    [
      "an empty text",
      `[[d1_databases]]\nbinding = "METADATA"\ndatabase_id = '' # later\n`,
      `[[d1_databases]]\nbinding = "METADATA"\ndatabase_id = "${id}" # later\n`,
    ],
    [
      "Windows line ends and a byte order mark",
      '\uFEFFname = "kv"\r\n[[d1_databases]]\r\nbinding = "METADATA"\r\n',
      `\uFEFFname = "kv"\r\n[[d1_databases]]\r\nbinding = "METADATA"\r\ndatabase_id = "${id}"\r\n`,
    ],
    [
      "a placeholder that stands in several places",
      '# "your-database-id"\n[vars]\nX = "your-database-id"\n[[d1_databases]]\nbinding = "A"\ndatabase_id = "your-database-id"\n[[d1_databases]]\nbinding = "METADATA"\ndatabase_id = "your-database-id"\n',
      `# "your-database-id"\n[vars]\nX = "your-database-id"\n[[d1_databases]]\nbinding = "A"\ndatabase_id = "your-database-id"\n[[d1_databases]]\nbinding = "METADATA"\ndatabase_id = "${id}"\n`,
      1,
    ],
    [
      "inline tables",
      'd1_databases = [ { binding = "A", database_id = "x" }, { binding = "METADATA", database_name = "kv" } ] # all\n',
      `d1_databases = [ { binding = "A", database_id = "x" }, { binding = "METADATA", database_name = "kv", database_id = "${id}" } ] # all\n`,
      1,
    ],
    [
      "an environment with the same names",
      '[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv"\n[[env."my staging".d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv"\n',
      `[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv"\n[[env."my staging".d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv"\ndatabase_id = "${id}"\n`,
      1,
    ],
    [
      "a binding of something else with the same look",
      '[[r2_buckets]]\nbinding = "METADATA"\n[[d1_databases]]\nbinding = "METADATA"\n',
      `[[r2_buckets]]\nbinding = "METADATA"\n[[d1_databases]]\nbinding = "METADATA"\ndatabase_id = "${id}"\n`,
    ],
    ["what cannot be done safely", '[[d1_databases]]\n"bindin\\u0067" = "METADATA"\n', null],
  ];
  it.each(rows)("%s", (_what, text, expected, at) => {
    expect(withId("wrangler.toml", text, at)).toBe(expected);
  });
});

describe("writing a database id into JSON", () => {
  const rows: [what: string, text: string, expected: string | null][] = [
    [
      "a missing property below a comment",
      '{\n  "d1_databases": [\n    {\n      "binding": "METADATA",\n      "database_name": "kv" // n\n    }\n  ]\n}\n',
      `{\n  "d1_databases": [\n    {\n      "binding": "METADATA",\n      "database_name": "kv", // n\n      "database_id": "${id}"\n    }\n  ]\n}\n`,
    ],
    [
      "a trailing comma",
      '{ // c\r\n\t"d1_databases": [{\r\n\t\t"binding": "METADATA", /* b */\r\n\t}]\r\n}',
      `{ // c\r\n\t"d1_databases": [{\r\n\t\t"binding": "METADATA", /* b */\r\n\t\t"database_id": "${id}",\r\n\t}]\r\n}`,
    ],
    [
      "one line",
      '{"d1_databases":[{"binding":"METADATA"}]}',
      `{"d1_databases":[{"binding":"METADATA", "database_id": "${id}"}]}`,
    ],
    [
      "a comment that goes over lines",
      '{"d1_databases": [{\n  "binding": "METADATA" /* a\n b */\n}]}',
      `{"d1_databases": [{\n  "binding": "METADATA",\n  "database_id": "${id}" /* a\n b */\n}]}`,
    ],
    [
      "a placeholder that stands elsewhere too",
      '\uFEFF{"vars": {"X": "YOUR_D1_DATABASE_ID"}, "d1_databases": [{"binding": "METADATA", "database_id": "YOUR_D1_DATABASE_ID"}]}',
      `\uFEFF{"vars": {"X": "YOUR_D1_DATABASE_ID"}, "d1_databases": [{"binding": "METADATA", "database_id": "${id}"}]}`,
    ],
  ];
  it.each(rows)("%s", (_what, text, expected) => {
    expect(withId("wrangler.jsonc", text)).toBe(expected);
  });
});

describe("adding a database to a config without one", () => {
  const kv = { env: null, binding: "METADATA", database: "kv-manager-metadata" };
  const table = '[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv-manager-metadata"\n';
  it.each([
    ["wrangler.toml", 'name = "kv" # c\n', kv, `name = "kv" # c\n\n${table}`],
    ["wrangler.toml", 'name = "kv"\n[vars]\nA = 1', kv, `name = "kv"\n[vars]\nA = 1\n\n${table}`],
    ["wrangler.toml", "", kv, table],
    [
      "wrangler.toml",
      "d1_databases = []\n",
      kv,
      'd1_databases = [{ binding = "METADATA", database_name = "kv-manager-metadata" }]\n',
    ],
    [
      "wrangler.toml",
      "[env.staging]\nname = 'x'\n",
      { ...kv, env: "staging" },
      `[env.staging]\nname = 'x'\n\n${table.replace("d1", "env.staging.d1")}`,
    ],
    [
      "wrangler.jsonc",
      '{\n  // c\n  "name": "kv"\n}\n',
      kv,
      '{\n  // c\n  "name": "kv",\n  "d1_databases": [\n    {\n      "binding": "METADATA",\n      "database_name": "kv-manager-metadata"\n    }\n  ]\n}\n',
    ],
    // An empty list is filled in the file's own layout.
    [
      "wrangler.jsonc",
      '{\r\n\t"d1_databases": [], // c\r\n\t"name": "kv"\r\n}\r\n',
      kv,
      '{\r\n\t"d1_databases": [\r\n\t\t{\r\n\t\t\t"binding": "METADATA",\r\n\t\t\t"database_name": "kv-manager-metadata"\r\n\t\t}\r\n\t], // c\r\n\t"name": "kv"\r\n}\r\n',
    ],
    [
      "wrangler.json",
      '{"name": "kv", "d1_databases": [ /* none */ ]}',
      kv,
      '{"name": "kv", "d1_databases": [{"binding":"METADATA","database_name":"kv-manager-metadata"} /* none */ ]}',
    ],
  ])("%s: %j", (path, text, added, expected) => {
    expect(withDatabase(path, text, added)).toBe(expected);
  });
});

// Building blocks for configs in many layouts.
const end = fc.constantFrom("\n", "\r\n");
const space = fc.constantFrom("", " ", "  ");
const comment = fc.constantFrom("", " # a note", ' # "YOUR_ID" = { [');
const otherId = fc.constantFrom("YOUR_ID", "your-database-id", "x-1", "");
const entry = fc.record({
  env: fc.constantFrom(null, "staging", "my env"),
  binding: fc.constantFrom("METADATA", "DB", "OTHER"),
  database: fc.constantFrom(null, "kv-manager-metadata", "a#b"),
  id: fc.option(otherId),
  quote: fc.constantFrom('"', "'"),
  indent: space,
  comment,
  extra: fc.boolean(),
});

describe("writing an id into configs of any layout", () => {
  it("TOML: changes only the id and no other byte", () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), end, fc.nat(), (entries, eol, pick) => {
        const lines = ['name = "kv" # "YOUR_ID"', "", '[vars] # {"binding": 1}', 'binding = "METADATA"'];
        for (const e of entries) {
          const level = e.env === null ? "" : `env.${/ /.test(e.env) ? JSON.stringify(e.env) : e.env}.`;
          const line = (key: string, value: string) =>
            `${e.indent}${key} = ${e.quote}${value}${e.quote}${e.comment}`;
          lines.push("", `[[${level}d1_databases]]${e.comment}`, line("binding", e.binding));
          if (e.database !== null) lines.push(line("database_name", e.database));
          if (e.id !== null) lines.push(line("database_id", e.id));
          if (e.extra) lines.push(line("migrations_dir", "YOUR_ID"));
        }
        const text = lines.join(eol) + eol;
        const bindings = configFromText("wrangler.toml", text).bindings;
        const binding = bindings[pick % bindings.length];
        if (binding === undefined) throw new Error("no binding");
        const after = withDatabaseId("wrangler.toml", text, binding, "databaseId", id);
        expectOnlyId(text, after, parseToml, binding);
      }),
      { numRuns: 300 },
    );
  });

  it("JSON: changes only the id and no other byte", () => {
    const json = (text: string): unknown => {
      const errors: ParseError[] = [];
      const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
      if (errors.length > 0) throw new Error(`not JSON: ${text}`);
      return value;
    };
    const layout = fc.record({
      eol: fc.constantFrom("\n", "\r\n", " "),
      indent: fc.constantFrom("  ", "\t", ""),
      trailing: fc.constantFrom("", ","),
      note: fc.constantFrom("", " /* { */", " /* a\n b */"),
    });
    fc.assert(
      fc.property(entry, layout, (e, { eol, indent, trailing, note }) => {
        const fields = [
          `"binding": "${e.binding}"`,
          ...(e.database === null ? [] : [`"database_name": "${e.database}"`]),
          ...(e.id === null ? [] : [`"database_id": "${e.id}"`]),
        ];
        const body = fields.map((f) => indent + f).join(`,${note}${eol}`);
        const list = `"d1_databases": [{${eol}${body}${trailing}${note}${eol}}]`;
        const level = e.env === null ? list : `"env": {${JSON.stringify(e.env)}: {${list}}}`;
        const text = `{"vars": {"database_id": "YOUR_ID"},${eol}${level}${eol}}${eol}`;
        const binding = bindingOf("wrangler.json", text);
        const after = withDatabaseId("wrangler.json", text, binding, "databaseId", id);
        expectOnlyId(text, after, json, binding);
      }),
      { numRuns: 300 },
    );
  });
});

/** Expects the edit to change one id in the data and one place in the text, and nothing else. */
function expectOnlyId(
  before: string,
  after: string | null,
  parse: (text: string) => unknown,
  binding: D1Binding,
): void {
  expect(after).not.toBeNull();
  const text = after ?? "";
  const level = (data: unknown) => {
    const top = data as { env?: Record<string, object> };
    const at = binding.env === null ? top : (top.env?.[binding.env] ?? {});
    return (at as { d1_databases: Record<string, unknown>[] }).d1_databases;
  };
  const intended = parse(before);
  const index = level(intended).findIndex(
    (e) =>
      e.binding === binding.binding &&
      (e.database_name ?? null) === binding.database &&
      (e.database_id ?? null) === binding.databaseId,
  );
  const old = level(intended)[index]?.database_id;
  Object.assign(level(intended)[index] ?? {}, { database_id: id });
  expect(parse(text)).toEqual(intended);
  if (typeof old === "string") expect(oneReplaced(before, old)).toContain(text);
  else {
    // Something was added, and nothing removed.
    let at = 0;
    for (const char of text) if (char === before[at]) at++;
    expect(at).toBe(before.length);
    expect(text.length).toBeLessThan(before.length + id.length + 30);
  }
}

/** Returns every text in which exactly one occurrence of a quoted value is replaced by the new id. */
function oneReplaced(text: string, old: string): string[] {
  return ['"', "'"].flatMap((quote) => {
    const quotedValue = quote + old + quote;
    const parts = text.split(quotedValue);
    return parts
      .slice(1)
      .map(
        (_, n) => `${parts.slice(0, n + 1).join(quotedValue)}"${id}"${parts.slice(n + 1).join(quotedValue)}`,
      );
  });
}
