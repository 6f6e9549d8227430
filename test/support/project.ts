import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** This package's own folder. */
export const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

/** Ids of the databases of a test project. */
export const productionId = "0a1b2c3d-1111-4222-8333-444455556666";
export const developmentId = "f0e1d2c3-1111-4222-8333-444455556666";

/** The id that KV Manager's public repository has in its config. */
export const publicId = "36b36024-2890-43fd-a867-88279c765cf7";

/** A D1 database as a Wrangler config in TOML binds it. */
export function tomlBinding(name: string, id: string, binding = "METADATA"): string {
  return `[[d1_databases]]\nbinding = "${binding}"\ndatabase_name = "${name}"\ndatabase_id = "${id}"\n`;
}

const head = 'name = "kv-manager"\nmain = "worker/index.ts"\ncompatibility_date = "2025-11-01"\n\n';

/** The package.json of a KV Manager checkout. */
export const checkoutOf = (version: string) =>
  `${JSON.stringify({ name: "kv-manager", version, type: "module" }, null, 2)}\n`;

/** The configs of a KV Manager 1 checkout: one each for production and development, and a template. */
export const stockConfigs = {
  "package.json": checkoutOf("1.0.0"),
  "wrangler.toml": `# Production\n${head}${tomlBinding("kv-manager-metadata", productionId)}`,
  "wrangler.dev.toml": `# Development\n${head}${tomlBinding("kv-manager-metadata-dev", developmentId)}`,
  "wrangler.toml.example": `${head}node_compat = true\n${tomlBinding("kv-manager-metadata", "your-database-id")}`,
};

/**
 * Makes a project in a temporary folder, with this package's wrangler as its own.
 * @param files what to put into it, by path
 * @returns the folder's absolute path
 */
export function makeProject(files: Record<string, string> = stockConfigs, prefix = "kv-manager-"): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  // A junction, since Windows lets any user create one.
  symlinkSync(join(packageFolder, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}
