import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../package-folder.js";

/**
 * Where the web page is published, as the package says of itself.
 * @param folder the package's own
 * @returns null where it does not say, as in a checkout
 */
export function pageAddress(folder = packageFolder): string | null {
  const { homepage } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    homepage?: unknown;
  };
  return typeof homepage === "string" && homepage.startsWith("https://") ? homepage : null;
}
