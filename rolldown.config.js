// Bundles src/ and the libraries that it uses into dist/. Otherwise every npx run would wait for about two hundred
// small files, which take longer to read than Node takes to start, and for forty packages to be fetched.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineConfig } from "rolldown";

const out = "dist";
/** The maximum size of the page in bytes. */
const longestPage = 200_000;
// Names are kept, so that a stack trace in an issue is readable.
const minify = { mangle: false, compress: true, codegen: { removeWhitespace: true } };

const program = defineConfig({
  // The second one is a separate process, see src/database/engine.
  input: { cli: "src/cli.ts", engine: "src/database/engine/process.ts" },
  platform: "node",
  tsconfig: "tsconfig.json",
  transform: { target: "node20.12" },
  // jsonc-parser's other build requires its parts at run time.
  resolve: { mainFields: ["module", "main"] },
  plugins: [emptyFolder(), oneWayToMeasure(), entryThatStandsAlone(), licenses()],
  output: {
    dir: out,
    // Node loads it faster than ES modules, which is noticeable in --help.
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    minify,
    // Dynamic imports stay separate, so that they are loaded only when needed. What is needed at startup is one file
    // for each way to start, not one for each set of files that share it.
    codeSplitting: {
      groups: [
        { name: "help", test: /src[\\/]command-line[\\/]help\.ts$/, priority: 1 },
        { name: "main", test: /src[\\/]main\.ts$/ },
      ],
    },
  },
});

/** dist/page.html: a single file with its styles, its code and the SQL of sql/, which loads nothing else. */
const page = defineConfig({
  input: "src/page/main.ts",
  platform: "browser",
  tsconfig: "src/page/tsconfig.json",
  resolve: { alias: { "#host": resolve("src/page/host.ts") } },
  transform: {
    target: "es2022",
    define: {
      SQL_FILES: JSON.stringify(sqlFiles()),
      PACKAGE_VERSION: JSON.stringify(JSON.parse(readFileSync("package.json", "utf8")).version),
    },
  },
  plugins: [oneHtmlFile(), listOfFiles()],
  output: { dir: out, format: "iife", minify },
});

export default [program, page];

function emptyFolder() {
  return { name: "empty-folder", buildStart: () => rmSync(out, { recursive: true, force: true }) };
}

/**
 * Makes cli-table3 measure text as the rest of this program does; its own way takes longer than all the rest of a
 * table.
 */
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

/**
 * The entry reports missing files, so it must require none of them; rolldown makes it require one that it does not use.
 */
function entryThatStandsAlone() {
  return {
    name: "entry-that-stands-alone",
    generateBundle(_, bundle) {
      const entry = bundle["cli.cjs"];
      entry.code = entry.code.replace(/^require\("\.\/rolldown-runtime\.cjs"\);/m, "");
    },
  };
}

/** The bundled libraries' licenses must be included. */
function licenses() {
  // Returns the folder of the package that a bundled file comes from; null for our own.
  const packageOf = (file) => /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)?.[1] ?? null;
  return {
    name: "licenses",
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) =>
        chunk.type === "chunk" ? chunk.moduleIds : [],
      );
      const folders = [...new Set(modules.map(packageOf).filter(Boolean))].sort();
      const notices = folders.map((folder) => {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        const text =
          file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
        return `${name} ${version}\n\n${text}\n`;
      });
      const source = notices.join(`\n${"-".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES.txt", source });
    },
  };
}

/** Puts the page's script, styles, and a policy that allows nothing else into one HTML file. */
function oneHtmlFile() {
  return {
    name: "one-html-file",
    generateBundle(_, bundle) {
      const [chunk, ...more] = Object.values(bundle);
      const script = standingAlone(chunk, more);
      const style = readFileSync("src/page/page.css", "utf8").replace(/\s*\n\s*/g, "");
      const policy = [
        "default-src 'none'",
        `script-src ${hashOf(script)}`,
        `style-src ${hashOf(style)}`,
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      const parts = { style, script };
      const html = readFileSync("src/page/page.html", "utf8")
        .replaceAll("\r\n", "\n")
        .replace(/"policy"|\/\* (style|script) \*\//g, (_, name) => parts[name] ?? `"${policy}"`);
      if (Buffer.byteLength(html) > longestPage)
        throw new Error(`The page is larger than ${longestPage} bytes`);
      delete bundle[chunk.fileName];
      this.emitFile({ type: "asset", fileName: "page.html", source: html });
    },
  };
}

/** Returns the page's script, after checking that it loads nothing else and uses nothing that a browser lacks. */
function standingAlone(chunk, more) {
  const ofOthers = chunk.moduleIds.filter((id) => /[\\/]node_modules[\\/]/.test(id));
  // The page would have to include their licenses.
  if (ofOthers.length > 0) throw new Error(`The page would have code of others: ${ofOthers.join(", ")}`);
  const outside = [...chunk.imports, ...chunk.dynamicImports, ...more.map((file) => file.fileName)];
  if (outside.length > 0) throw new Error(`The page would not stand alone: ${outside.join(", ")}`);
  const ofNode = /\b(?:process|Buffer)\.[a-z]\w*/.exec(chunk.code);
  if (ofNode !== null) throw new Error(`A browser has no ${ofNode[0]}`);
  // An end tag in a string would end the script.
  return chunk.code
    .trim()
    .replace(/<\/(?=script)/gi, "<\\/")
    .replace(/<!--/g, "<\\!--");
}

/** Lists what an installation must have, so that a damaged one can say so; see src/start/installation.ts. */
function listOfFiles() {
  return {
    name: "list-of-files",
    writeBundle() {
      const built = readdirSync(out).filter((file) => /\.(cjs|html)$/.test(file));
      const files = [
        ...built.map((file) => [`${out}/${file}`, statSync(join(out, file)).size]),
        ...Object.keys(sqlFiles()).map((file) => [`sql/${file}`, null]),
      ];
      writeFileSync(join(out, "files.json"), JSON.stringify(files));
    },
  };
}

/** The contents of the files in sql/, keyed by path, see SqlFiles. */
function sqlFiles() {
  const files = readdirSync("sql", { recursive: true }).filter((file) => file.endsWith(".sql"));
  return Object.fromEntries(
    files.sort().map((file) => [file.replaceAll("\\", "/"), readFileSync(`sql/${file}`, "utf8")]),
  );
}

/** The hash with which a policy allows an inline script or style. */
function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
