// Bundles src/ and the libraries that it uses into dist/. Reading some two hundred small files takes longer than
// starting Node itself, and whoever runs npx waits for that, and for fetching forty packages, each time.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const out = "dist";
rmSync(out, { recursive: true, force: true });
const { metafile, outputFiles } = await build({
  entryPoints: ["src/cli.ts"],
  outdir: out,
  bundle: true,
  // What is imported late stays apart, so that --help does not load it.
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.12",
  // Less to read at each start. Names stay, so that a stack trace in an issue can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  mainFields: ["module", "main"],
  metafile: true,
  write: false,
});

// Some libraries are CommonJS and ask for Node's own modules at run time. Only the file that holds esbuild's helper
// for that gets it: loading node:module is felt in --help.
const require = `import { createRequire as requireOf } from "node:module";\nconst require = requireOf(import.meta.url);\n`;
mkdirSync(out);
for (const { path, text } of outputFiles)
  writeFileSync(path, /typeof require\b/.test(text) ? require + text : text);
chmodSync(join(out, "cli.js"), 0o755);

/** The folder of the package that a bundled file comes from; null for our own. */
function packageOf(file) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? null;
}

// Their licences ask to be passed on.
const folders = [...new Set(Object.keys(metafile.inputs).map(packageOf).filter(Boolean))].sort();
const notices = folders.map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version}\n\n${text}\n`;
});
writeFileSync(join(out, "THIRD-PARTY-LICENCES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
