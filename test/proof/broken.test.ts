import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { plainEnvironment } from "../support/cli.js";
import { packageFolder } from "../support/project.js";
import { afterProof, publish } from "./page.js";

/** One thing that is broken on purpose, and the part of a proof that must catch it. */
interface Break {
  what: string;
  file: string;
  from: string;
  to: string;
  /** The proof's command. */
  proof: string;
  /** The part of the proof, as a pattern for test titles. */
  only: string;
  /** What the failing proof must say, so that it does not fail for another reason. */
  says: RegExp;
}

const breaks: Break[] = [
  {
    what: "a column is added with another default",
    file: "sql/migrations/002_progress_tracking.sql",
    from: "DEFAULT 0",
    to: "DEFAULT 1",
    proof: "proof:states",
    only: "each state, by the program no table; no column$",
    says: /with , current_key TEXT, percentage REAL DEFAULT 0, metadata TEXT put in/,
  },
  {
    what: "the ids of events may be used again",
    file: "sql/migrations/001_job_audit_events.sql",
    from: " AUTOINCREMENT",
    to: "",
    proof: "proof:states",
    only: "each state, by the program no table; no column$",
    says: /AssertionError: expected 'CREATE TABLE job_audit_events/,
  },
  {
    what: "names are compared with their case",
    file: "src/plan/names.ts",
    from: "name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())",
    to: "name",
    proof: "proof:states",
    only: "^each state: names in capitals$",
    says: /^\+ +"foreign",$/m,
  },
  {
    what: "the ledger of KV Manager 2.x is believed",
    file: "src/plan/plan.ts",
    from: 'const blocked = database !== "kv-manager" || draft.conflicts.length > 0;',
    to: 'const blocked = database !== "kv-manager" || draft.conflicts.length > 0 || hasTable(ledgerTable, snapshot);',
    proof: "proof:states",
    only: "its own, then ours era oldest",
    says: /^\+ .*column bulk_jobs\.current_key/m,
  },
  {
    what: "a failed batch is believed, and the database not read",
    file: "src/apply/apply.ts",
    from: "return { rest: await readAfter(failure, database, plan, options), failure };",
    to: "throw failure;",
    proof: "proof:faults",
    only: "token, oldest: the batch is cut after$",
    says: /1 \| 0 \| 0 \| 1 \|/,
  },
  {
    what: "statements are sent one by one",
    file: "src/database/database.ts",
    from: "const batch = [...statements,",
    to: `for (const one of statements) await this.client.execute(this.connection, [one]);
    statements = [];
    const batch = [...statements,`,
    proof: "proof:faults",
    only: " [6-9]\\d % after its batch arrived",
    says: /\| lost \|[\s\S]*\| all \| \d+ \| \d+ \| \d+ \| [1-9]/,
  },
  {
    what: "an empty backup counts as one",
    file: "src/database/backup.ts",
    from: "await checkExport(partial);",
    to: "",
    proof: "proof:remote",
    only: "an export without content stops the upgrade",
    says: /BACKUP_FAILED/,
  },
  {
    what: "a set-up whose answer was lost does not look for what it made",
    file: "src/flow/setup-database.ts",
    from: "const made = databases.find((d) => d.name === name);",
    to: "const made = databases.find(() => false);",
    proof: "proof:setup",
    only: "finds out that it was created when the answer is lost",
    says: /^- +"set-up",\n\+ +1,\n\+ +"failed",$/m,
  },
  {
    what: "wrangler 3.114 is refused",
    file: "src/project/wrangler-package.ts",
    from: 'oldest = "3.114"',
    to: 'oldest = "3.115"',
    proof: "proof:versions",
    only: "wrangler .3.114.17. local$",
    says: /\| 3\.114\.17 \| node \| local \| its engine \| FAILED \|/,
  },
  {
    what: "a migration reads the rows of a table",
    file: "sql/migrations/003_job_metadata.sql",
    from: "ADD COLUMN metadata TEXT;",
    to: "ADD COLUMN metadata TEXT;\nCREATE INDEX own ON bulk_jobs(user_email);",
    proof: "bench",
    only: "no statement that is sent scans",
    says: /scan a table of the user's \| [1-9].* \| MISSED \|/,
  },
  {
    what: "everything is loaded at the start",
    file: "src/cli.ts",
    from: "const argv =",
    to: 'import "./main.js";\nconst argv =',
    proof: "bench",
    only: "help against Node itself$",
    says: /`--help` : .* \| MISSED \|/,
  },
  {
    what: "an upgrade of a deployed database asks once more",
    file: "src/flow/write.ts",
    from: "const { era, checks, differences } = verified;",
    to: "await database.inspect();\n    const { era, checks, differences } = verified;",
    proof: "bench",
    only: "and requests remote, with a token$",
    says: /requests for a remote upgrade with a token \| 5 .* \| MISSED \|/,
  },
];

/** Milliseconds: more than the longest test of a proof may take, so that each proof ends on its own. */
const longest = 1_800_000;

/** A copy of this package to break, with the same dependencies. */
let copy = "";
const rows: string[][] = [];

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "broken-"));
  const left = ["node_modules", ".git", "dist"].map((name) => join(packageFolder, name));
  cpSync(packageFolder, copy, { recursive: true, filter: (path) => !left.includes(path) });
  symlinkSync(join(packageFolder, "node_modules"), join(copy, "node_modules"), "junction");
});
afterProof((proof) => {
  rmSync(copy, { recursive: true, force: true });
  publish(proof, "broken", ["broken on purpose", "proof", "exit code, as it is", "exit code, broken"], rows);
});

/** Runs a part of a proof in the copy, with the command that a developer would use. */
async function prove({ proof, only }: Break): Promise<{ code: number | undefined; text: string }> {
  const { exitCode, all } = await execa("npm", ["run", proof, "--", "-t", only], {
    cwd: copy,
    env: { ...plainEnvironment(), PROOF_NODES: "this", PROOF_WRITE: undefined, NO_COLOR: "1" },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: "ignore",
  });
  return { code: exitCode, text: all };
}

describe("a proof fails", () => {
  it.each(breaks.map((one) => [one.proof, one.what, one] as const))(
    "%s: %s",
    async (_, __, one) => {
      const sound = await prove(one);
      expect(sound.code, sound.text).toBe(0);
      expect(sound.text).toMatch(/Tests +\d+ passed/);

      const path = join(copy, one.file);
      const text = readFileSync(path, "utf8");
      expect(text.split(one.from), `${basename(one.file)} has it once`).toHaveLength(2);
      writeFileSync(
        path,
        text.replace(one.from, () => one.to),
      );
      const broken = await prove(one).finally(() => writeFileSync(path, text));
      rows.push([one.what, `\`npm run ${one.proof}\``, String(sound.code), String(broken.code)]);
      expect(broken.code, broken.text).toBe(1);
      expect(broken.text).toMatch(one.says);
    },
    longest,
  );
});
