import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../package-folder.js";

/**
 * Returns where the web page is published, according to package.json.
 * @param folder the package's own
 * @returns null if it does not say, as in a checkout
 */
export function pageAddress(folder = packageFolder): string | null {
  const { homepage } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    homepage?: unknown;
  };
  return typeof homepage === "string" && homepage.startsWith("https://") ? homepage : null;
}
