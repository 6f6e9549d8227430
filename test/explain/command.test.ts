import { describe, expect, it } from "vitest";
import { run, runJson } from "../support/cli.js";
import { packageFolder } from "../support/project.js";
import { planted } from "../support/secrets.js";

const cwd = packageFolder;
interface WithExplanation {
  explanation: { text: string; code: string; means: string; changed: string; advice: string }[];
}

describe.concurrent("explain", () => {
  it("says what a text means, whether anything was changed, and what to do", async () => {
    const { code, stdout, stderr, starts } = await run(["explain", "duplicate column name: metadata"], {
      cwd,
    });
    expect([code, stderr, starts]).toEqual([0, "", []]);
    expect(stdout).toContain("duplicate column name: metadata (SQL_FAILED)");
    for (const label of ["What it means: ", "Was anything changed: No.", "What to do: "])
      expect(stdout).toContain(label);
  });

  it.each([
    ["for -", ["explain", "-"]],
    ["if it gets no text", ["explain"]],
  ])("reads stdin %s", async (_, args) => {
    const log = `CLOUDFLARE_API_TOKEN=${planted.CLOUDFLARE_API_TOKEN} ${planted.CLOUDFLARE_EMAIL}: fetch failed\r\n\u001b[2J\u0007no such table: a\r\n`;
    const { code, json } = (await runJson(args, { cwd, input: log })) as Awaited<
      ReturnType<typeof runJson>
    > & {
      json: WithExplanation;
    };
    expect([code, json.outcome, json.error, json.target]).toEqual([0, "unknown", null, null]);
    expect(json.explanation.map((e) => e.code)).toEqual(["NETWORK", "SQL_FAILED"]);
    expect(json.explanation[0]?.text).toContain("[hidden]");
  });

  it("exits with 1 for an unknown text, makes no claim about changes and suggests a report", async () => {
    const { code, stdout, stderr } = await run(["explain", "colorless", "green", "ideas"], { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("This error is not known to this program");
    expect(stderr).toMatch(/report"\s+and\s+open/);
    expect(stderr).not.toContain("Nothing was changed");
    const { json } = await runJson(["explain", "colorless green ideas"], { cwd });
    expect([json.outcome, json.error?.code, json.applied]).toEqual(["failed", "UNEXPECTED_OUTPUT", null]);
    expect((json as unknown as WithExplanation).explanation).toEqual([]);
  });

  it("takes what comes after -- for text, never for flags", async () => {
    const { code, stdout, stderr } = await run(["explain", "--", "--json", "SQLITE_BUSY"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("What it means: ");
    expect(stdout).not.toContain("{");
  });

  it("wraps its lines and names the program as it was started", async () => {
    const { stdout } = await run(["explain", "UNKNOWN_OUTCOME"], { cwd });
    expect(stdout).toContain('"node dist/cli.cjs status"');
    expect(stdout).not.toContain("kv-manager-upgrade");
    for (const line of stdout.split("\n").filter((l) => !l.startsWith("  ")))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  it("recognizes a file name and suggests how to pass the file's text", async () => {
    const { code, stdout, stderr } = await run(["explain", "package.json"], { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("the name of a file");
    expect(stderr).toMatch(/explain - < package\.json|type package\.json/);
  });

  it.each<[string, string[], string, string]>([
    ["nothing", ["explain"], "", "is empty"],
    ["an empty word", ["explain", ""], "", "pass the error text"],
    ["an empty pipe", ["explain", "-"], "", 'explain "duplicate column name"'],
    ["too much", ["explain", "-"], "a".repeat(300_000), "larger than 256 kB"],
  ])("rejects %s as a usage error", async (_, args, input, says) => {
    const { code, stdout, stderr } = await run(args, { cwd, input });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.replaceAll("\n", " ")).toContain(says);
  });
});
