// Makes dist/page.html: one file with its styles, its code, and the SQL of sql/, that asks for nothing else.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { rolldown } from "rolldown";

/** The most bytes that the page may have. */
const longest = 200_000;

/**
 * Builds the page.
 * @param file where it is written
 */
export async function buildPage(file) {
  const script = await bundledScript();
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
  if (Buffer.byteLength(html) > longest) throw new Error(`${file} is larger than ${longest} bytes`);
  writeFileSync(file, html);
}

async function bundledScript() {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const bundle = await rolldown({
    input: "src/page/main.ts",
    platform: "browser",
    tsconfig: "src/page/tsconfig.json",
    resolve: { alias: { "#host": resolve("src/page/host.ts") } },
    transform: {
      target: "es2022",
      define: { SQL_FILES: JSON.stringify(sqlFiles()), PACKAGE_VERSION: JSON.stringify(version) },
    },
  });
  const { output } = await bundle.generate({
    format: "iife",
    // Names stay, so that an error of the page can be read.
    minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
  });
  await bundle.close();
  const [chunk, ...more] = output;
  const ofOthers = chunk.moduleIds.filter((id) => /[\\/]node_modules[\\/]/.test(id));
  // The page would have to pass their licences on.
  if (ofOthers.length > 0) throw new Error(`The page would have code of others: ${ofOthers.join(", ")}`);
  const outside = [...chunk.imports, ...chunk.dynamicImports, ...more.map((file) => file.fileName)];
  if (outside.length > 0) throw new Error(`The page would not stand alone: ${outside.join(", ")}`);
  const ofNode = /\b(?:process|Buffer)\.[a-z]\w*/.exec(chunk.code);
  if (ofNode !== null) throw new Error(`A browser has no ${ofNode[0]}`);
  // An end tag within a text would end the script.
  return chunk.code
    .trim()
    .replace(/<\/(?=script)/gi, "<\\/")
    .replace(/<!--/g, "<\\!--");
}

/** The texts of the files in sql/ by their paths in it, see SqlFiles. */
function sqlFiles() {
  const files = readdirSync("sql", { recursive: true }).filter((file) => file.endsWith(".sql"));
  return Object.fromEntries(
    files.sort().map((file) => [file.replaceAll("\\", "/"), readFileSync(`sql/${file}`, "utf8")]),
  );
}

/** What a policy calls a script or style that is part of the page. */
function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
