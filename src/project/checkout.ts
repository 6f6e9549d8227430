import { folderAndParents } from "../lib/folder-and-parents.js";
import { manifestOf } from "../lib/manifest.js";
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
    const { name, version } = manifestOf(at);
    if (name === kvManager && typeof version === "string" && parseVersion(version)?.length === 3)
      return version.replace(/^v/i, "");
  }
  return null;
}
