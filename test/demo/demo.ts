/**
 * `npm run demo`: creates a throwaway checkout of the newest KV Manager with a local database of an old schema, and
 * runs the real program on it. In a terminal that is the wizard, without one the unattended upgrade.
 * `--era 2025-12-09` selects the schema of that day; all other arguments are passed to the program.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { loadCatalog } from "../../src/plan/read-catalog.js";
import { eraOn, eraSchemas, seedRows } from "../support/eras.js";
import { checkoutOf, makeProject, packageFolder, stockConfigs } from "../support/project.js";

// The bundler's list of outputs is only for developers.
const bundler = join(packageFolder, "node_modules/rolldown/bin/cli.mjs");
const built = spawnSync(process.execPath, [bundler, "--config"], {
  cwd: packageFolder,
  stdio: ["ignore", "ignore", "inherit"],
});
if (built.status !== 0) process.exit(1);

const args = process.argv.slice(2);
const eraAt = args.indexOf("--era");
const [, day = "2025-11-01"] = eraAt === -1 ? [] : args.splice(eraAt, 2);
const database = "kv-manager-metadata-dev";

const { newest } = loadCatalog();
const files = { ...stockConfigs, "package.json": checkoutOf(newest) };
const folder = makeProject(files, "kv-manager-demo-");
process.stderr.write(
  `A checkout of KV Manager ${newest}, with a database as first deployed on ${day}:\n  ${folder}\nFilling its local database …\n\n`,
);

const wrangler = join(packageFolder, "node_modules/wrangler/bin/wrangler.js");
const seed = ["d1", "execute", database, "--local", "--config=wrangler.dev.toml", "--env=", "--json"];
const seeded = spawnSync(
  process.execPath,
  [wrangler, ...seed, `--command=${eraSchemas[eraOn(day)]}${seedRows}`],
  {
    cwd: folder,
    env: { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false" },
    encoding: "utf8",
  },
);
if (seeded.status !== 0) {
  process.stderr.write(`The demo database could not be made:\n${seeded.stdout}${seeded.stderr}\n`);
  process.exit(1);
}

const inTerminal = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
const run = spawnSync(process.execPath, [join(packageFolder, "dist/cli.cjs"), ...programArguments()], {
  stdio: "inherit",
});
process.stderr.write(`\nThe demo project is in\n  ${folder}\nDelete it when you are done.\n`);
process.exitCode = run.status ?? 1;

/** Returns the program's arguments: the user's and, without a terminal, the missing answers. */
function programArguments(): string[] {
  const all = [...args, "--cwd", folder];
  const has = (...words: string[]) => words.some((word) => args.includes(word));
  if (inTerminal) return all;
  if (!has("--local", "--remote", "--preview")) all.push("--local");
  if (!has("-b", "--binding", "-c", "--config")) all.push("--binding", database);
  if (!has("status", "report", "explain", "-y", "--yes")) all.push("--yes");
  return all;
}
