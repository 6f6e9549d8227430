import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folderAndParents } from "../lib/folder-and-parents.js";
import { parseVersion } from "../lib/version.js";

/** The `name` in the package.json of KV Manager's own repository. */
const kvManager = "kv-manager";

/**
 * The version of the KV Manager checkout that a folder belongs to.
 * @param folder absolute path, such as a Wrangler config's folder
 * @returns the version in KV Manager's nearest package.json at or above the folder; null if there is none
 */
export function checkoutVersion(folder: string): string | null {
  for (const at of folderAndParents(folder)) {
    const { name, version } = packageIn(at);
    if (name === kvManager && typeof version === "string" && parseVersion(version)?.length === 3)
      return version.replace(/^v/i, "");
  }
  return null;
}

/** The contents of a package.json; empty if it cannot be read, since reporting that is not this program's job. */
function packageIn(folder: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8").replace(/^\uFEFF/, ""),
    );
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
