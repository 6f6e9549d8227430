// Bundles src/ and the libraries that it uses into dist/. Reading some two hundred small files takes longer than
// starting Node itself, and whoever runs npx waits for that, and for fetching forty packages, each time.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { buildPage } from "./.build-page.mjs";

const out = "dist";
rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  // The second one is a process of its own, see src/database/engine.
  input: { cli: "src/cli.ts", engine: "src/database/engine/process.ts" },
  platform: "node",
  tsconfig: "tsconfig.json",
  transform: { target: "node20.12" },
  // jsonc-parser's other form asks for its parts at run time.
  resolve: { mainFields: ["module", "main"] },
  plugins: [oneWayToMeasure(), entryThatStandsAlone()],
});
const { output } = await bundle.write({
  dir: out,
  // Node loads it sooner than ES modules, which is felt in --help.
  format: "cjs",
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name].cjs",
  // Less to read at each start. Names stay, so that a stack trace in an issue can be read.
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
  // What is imported late stays apart, so that it is not loaded before it is needed. What is needed at once is one
  // file for each way to begin, and not one for each set of others that need it too.
  codeSplitting: {
    groups: [
      { name: "help", test: /src[\\/]command-line[\\/]help\.ts$/, priority: 1 },
      { name: "main", test: /src[\\/]main\.ts$/ },
    ],
  },
});
await bundle.close();

/** cli-table3 measures texts as everything else here does; its own way costs more than all the rest of a table. */
function oneWayToMeasure() {
  const name = "string-width";
  return {
    name,
    resolveId: { filter: { id: /^string-width$/ }, handler: () => `\0${name}` },
    load: {
      filter: { id: /^\0string-width$/ },
      handler: () =>
        `module.exports = require(${JSON.stringify(resolve("src/screen/text-width.ts"))}).textWidth;`,
    },
  };
}

/** The entry tells of files that are missing, so it must need none of them; it is given one that it does not use. */
function entryThatStandsAlone() {
  return {
    name: "entry-that-stands-alone",
    generateBundle(_, bundle) {
      const entry = bundle["cli.cjs"];
      entry.code = entry.code.replace(/^require\("\.\/rolldown-runtime\.cjs"\);/m, "");
    },
  };
}

/** The folder of the package that a bundled file comes from; null for our own. */
function packageOf(file) {
  return /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)?.[1] ?? null;
}

// Their licences ask to be passed on.
const modules = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
const folders = [...new Set(modules.map(packageOf).filter(Boolean))].sort();
const notices = folders.map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version}\n\n${text}\n`;
});
writeFileSync(join(out, "THIRD-PARTY-LICENCES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));

await buildPage(join(out, "page.html"));

// What an installation must have, so that one that has lost something can say so; see src/start/installation.ts.
const bytesOf = (path) => [path, statSync(path).size];
const built = readdirSync(out).filter((file) => /\.(cjs|html)$/.test(file));
const sql = readdirSync("sql", { recursive: true }).filter((file) => file.endsWith(".sql"));
const files = [
  ...built.map((file) => bytesOf(`${out}/${file}`)),
  ...sql.map((file) => [`sql/${file.replaceAll("\\", "/")}`, null]),
];
writeFileSync(join(out, "files.json"), JSON.stringify(files));
