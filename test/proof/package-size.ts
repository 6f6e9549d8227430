import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "./installed.js";

/** Bytes as text. */
export const kilobytes = (bytes = 0) => `${Math.round(bytes / 1000)} kB`;

/** What `npm pack --json` says about the package. */
export function packInfo(said: string): { size: number; unpackedSize: number } | undefined {
  return (Object.values(JSON.parse(said)) as { size: number; unpackedSize: number }[])[0];
}

/** What npm installs for one package into an empty project. */
export async function treeOf(spec: string): Promise<{ bytes: number; packages: number }> {
  const cwd = mkdtempSync(join(tmpdir(), "tree-"));
  writeFileSync(join(cwd, "package.json"), '{ "private": true }\n');
  await npm(["install", spec], cwd);
  const files = readdirSync(join(cwd, "node_modules"), { recursive: true, encoding: "utf8" })
    .map((path) => ({ path, stat: statSync(join(cwd, "node_modules", path)) }))
    .filter(({ stat }) => stat.isFile());
  const lock = JSON.parse(readFileSync(join(cwd, "node_modules", ".package-lock.json"), "utf8"));
  return {
    bytes: files.reduce((sum, { stat }) => sum + stat.size, 0),
    packages: Object.keys((lock as { packages: object }).packages).length,
  };
}
