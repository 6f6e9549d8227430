import { Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { makeRedact } from "../../src/redaction/redact.js";
import { secretsIn } from "../../src/redaction/secrets.js";
import { Output } from "../../src/screen/output.js";

const account = "0123456789abcdef0123456789abcdef";
const database = "0a1b2c3d-1111-4222-8333-444455556666";

/** A stream that keeps what is written to it. */
class Screen extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Returns an output and the two streams it writes to. */
function makeOutput(env: NodeJS.ProcessEnv = {}) {
  const [stdout, stderr] = [new Screen(), new Screen()];
  const revealed = new Set<string>();
  const output = new Output({
    stdout: stdout as Writable as NodeJS.WriteStream,
    stderr: stderr as Writable as NodeJS.WriteStream,
    redact: makeRedact(new Set(secretsIn(env)), revealed, "/home/me"),
    revealed,
    self: "npx kv-manager-upgrade",
    unicode: true,
  });
  return { output, stdout, stderr };
}

/** Returns what `show` writes to each stream. */
function written(show: (output: Output) => void): { stdout: string; stderr: string } {
  const { output, stdout, stderr } = makeOutput({ MY_TOKEN: "abcdefghijkl" });
  show(output);
  return { stdout: stdout.text, stderr: stderr.text };
}

describe("cleaned text", () => {
  it.each([
    ["plain text", "kv-manager (é, 名, 😀)", "kv-manager (é, 名, 😀)"],
    ["lines", "a\nb\n", "a\nb\n"],
    [
      "the program's own colors",
      "\x1b[1;31mred\x1b[39m\x1b[22m \x1b[m",
      "\x1b[1;31mred\x1b[39m\x1b[22m \x1b[m",
    ],
    ["a moved cursor", "a\x1b[2J\x1b[1;1Hb", "a[2J[1;1Hb"],
    ["a window title", "a\x1b]0;title\x07b", "a]0;titleb"],
    ["a link", "\x1b]8;;x\x1b\\y", "]8;;x\\y"],
    ["an escape at the end", "a\x1b", "a"],
    ["a color with a question mark", "\x1b[?25lx", "[?25lx"],
    ["an overwritten line", "good\rbad", "goodbad"],
    ["tabs, bells, backspaces and zeros", "a\tb\x07\x08\x00", "ab"],
    ["delete and the eight-bit controls", "a\x7f\x85\x9b2J\x9d\x9fb", "a2Jb"],
    ["a secret", "it is abcdefghijkl", "it is [hidden]"],
    ["a secret with an invisible character in it", "abcdef\u200bghijkl", "[hidden]"],
    ["ids", `${account} ${database}`, "012345… 0a1b2c3d…"],
    ["the home folder", "/home/me/kv", "~/kv"],
    ["a command", "Run kv-manager-upgrade status --local", "Run npx kv-manager-upgrade status --local"],
    ["a command's flags", "kv-manager-upgrade --help", "npx kv-manager-upgrade --help"],
    ["the program's name", "kv-manager-upgrade is a program", "kv-manager-upgrade is a program"],
  ])("%s", (_, text, clean) => {
    expect(written((o) => o.result(text))).toEqual({ stdout: `${clean}\n`, stderr: "" });
    expect(written((o) => o.note(text))).toEqual({ stdout: "", stderr: `${clean}\n` });
    expect(makeOutput({ MY_TOKEN: "abcdefghijkl" }).output.clean(text)).toBe(clean);
  });
});

describe("the JSON document", () => {
  const document = (value: unknown) => written((o) => o.document(value)).stdout;

  it("is multiline JSON on stdout only", () => {
    expect(written((o) => o.document({ a: 1, b: [null, "x"] }))).toEqual({
      stdout: '{\n  "a": 1,\n  "b": [\n    null,\n    "x"\n  ]\n}\n',
      stderr: "",
    });
  });

  it.each([
    ["newlines and tabs", "\n\t", "\\n\\t"],
    ["escapes", "\x1b[2J", "\\u001b[2J"],
    ["delete", "\x7f", "\\u007f"],
    ["the eight-bit controls", "\x80\x85\x9b2J\x9f", "\\u0080\\u0085\\u009b2J\\u009f"],
    [
      "invisible characters",
      "\u200b\u200c\u200d\u200e\u200f\ufeff",
      "\\u200b\\u200c\\u200d\\u200e\\u200f\\ufeff",
    ],
    ["other line ends", "\u2028\u2029", "\\u2028\\u2029"],
    ["text turned around", "\u202a\u202b\u202c\u202d\u202e", "\\u202a\\u202b\\u202c\\u202d\\u202e"],
    ["text kept apart", "\u2066\u2067\u2068\u2069", "\\u2066\\u2067\\u2068\\u2069"],
    ["other letters", "é名😀\u00a0\u2010", "é名😀\u00a0\u2010"],
  ])("escapes %s without changing the value", (_, text, escaped) => {
    const json = document({ [text]: text });
    expect(json).toBe(`{\n  "${escaped}": "${escaped}"\n}\n`);
    expect(JSON.parse(json)).toEqual({ [text]: text });
  });

  it("hides secrets and names the program as the user can start it", () => {
    expect(
      JSON.parse(
        document({
          error: { advice: "Run kv-manager-upgrade status --local", message: "abcdefghijkl in /home/me/kv" },
          ids: [account, database],
        }),
      ),
    ).toEqual({
      error: { advice: "Run npx kv-manager-upgrade status --local", message: "[hidden] in ~/kv" },
      ids: ["012345…", "0a1b2c3d…"],
    });
  });

  it("contains the statements exactly as sent", () => {
    const statements = ["SELECT 'abcdefghijkl kv-manager-upgrade status'"];
    expect(JSON.parse(document({ statements }))).toEqual({ statements });
  });
});

describe("ids", () => {
  it("are hidden, then revealed, then hidden again", () => {
    const { output } = makeOutput();
    const both = `${account} ${database}`;
    expect(output.clean(both)).toBe("012345… 0a1b2c3d…");
    output.reveal([account.toUpperCase()]);
    expect(output.clean(both)).toBe(`${account} 0a1b2c3d…`);
    output.reveal([database]);
    expect(output.clean(both.toUpperCase())).toBe(both.toUpperCase());
    output.conceal();
    expect(output.clean(both)).toBe("012345… 0a1b2c3d…");
  });

  it("are shown by every output method once revealed", () => {
    const { output, stdout, stderr } = makeOutput();
    output.reveal([account]);
    output.result(account);
    output.document(account);
    output.note(account);
    expect([stdout.text, stderr.text]).toEqual([`${account}\n"${account}"\n`, `${account}\n`]);
  });
});

describe("a stream error", () => {
  const before = process.listeners("exit");
  const added = () => process.listeners("exit").filter((listener) => !before.includes(listener));
  afterEach(() => {
    for (const listener of added()) process.off("exit", listener);
  });
  const failing = (code: string) => Object.assign(new Error("odd"), { code });

  it.each(["EPIPE", "EIO", "ERR_STREAM_DESTROYED"])("is ignored when the reader has gone: %s", (code) => {
    const { stdout, stderr } = makeOutput();
    stdout.emit("error", failing(code));
    stderr.emit("error", failing(code));
    expect(added()).toEqual([]);
  });

  it.each(["ENOSPC", "EACCES"])("sets exit code 1 unless the run has failed already: %s", (code) => {
    const { stdout } = makeOutput();
    stdout.emit("error", failing(code));
    const kept = process.exitCode;
    for (const listener of added()) listener(0);
    const [first, second] = [process.exitCode, 4];
    process.exitCode = second;
    for (const listener of added()) listener(second);
    const later = process.exitCode;
    process.exitCode = kept;
    expect([added().length, first, later]).toEqual([1, 1, 4]);
  });
});
