import { readFileSync } from "node:fs";

/** The text of a file; empty if it is missing or unreadable, as it then is for wrangler too. */
export function textOfFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
