import { packageFolder } from "../package-folder.js";
import { manifestOf } from "./manifest.js";

/**
 * Returns where the web page is published, according to this package's package.json.
 * @returns null if it does not say, as in a checkout
 */
export function pageAddress(): string | null {
  const { homepage } = manifestOf(packageFolder);
  return typeof homepage === "string" && homepage.startsWith("https://") ? homepage : null;
}
