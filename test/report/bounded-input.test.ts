import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { displayPath } from "../../src/lib/display-path.js";
import { Cancelled } from "../../src/lib/problem.js";
import { readBounded } from "../../src/project/bounded-input.js";
import { truncate } from "../../src/redaction/truncate.js";
import { snapshotSummary } from "../../src/saved-schema/snapshot-summary.js";
import { makeStyle } from "../../src/screen/style.js";
import { requestOf } from "../support/requests.js";
import { resultWith } from "../support/results.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kv-input-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const limit = { bytes: 100, text: "100 bytes", advice: "Give another." };
const called = (name: string) => `The file "${displayPath(join(folder, name), process.cwd())}"`;
const read = (name: string, text?: string | Buffer, signal: AbortSignal | null = null) => {
  if (text !== undefined) writeFileSync(join(folder, name), text);
  return readBounded(join(folder, name), limit, signal);
};

it("accepts a file up to its limit and rejects a larger one", async () => {
  expect(await read("a", "x".repeat(100))).toBe("x".repeat(100));
  await expect(read("b", "x".repeat(101))).rejects.toMatchObject({
    code: "USAGE",
    message: `${called("b")} is larger than 100 bytes.`,
  });
});

it.each([
  ["missing", undefined, "cannot be read: it does not exist."],
  ["", undefined, "cannot be read: it is a folder."],
  ["empty", "", "is empty."],
  ["blank", " \r\n\t", "is empty."],
  ["mark", "\uFEFF", "is empty."],
])("rejects the file %j with contents %j as a usage error", async (name, text, message) => {
  await expect(read(name, text)).rejects.toMatchObject({
    code: "USAGE",
    message: `${called(name)} ${message}`,
    advice: "Give another.",
  });
});

it("replaces bytes that are not valid text", async () => {
  expect(await read("bytes", Buffer.from([0x61, 0xff, 0xfe, 0x62]))).toBe("a��b");
});

it("stops when the user cancels, and the summary says so", async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(read("a", "text", controller.signal)).rejects.toBeInstanceOf(Cancelled);
  const style = makeStyle({ isTTY: false, columns: 80 }, {}, false);
  const left = resultWith({ outcome: "cancelled" });
  expect(snapshotSummary(left, requestOf("status --snapshot -"), style)).toBe(
    "Cancelled. Nothing was changed.",
  );
});

it.each([
  ["short enough", 12, "short enough"],
  ["a secret of twelve", 10, "a secret…"],
  ["two\nlines", 6, "two…"],
  ["onelongword", 5, "…"],
])("cuts %j to %d characters as %j, never within a word", (text, longest, cut) => {
  expect(truncate(text, longest)).toBe(cut);
});
