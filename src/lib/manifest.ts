import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf } from "./record.js";

/** The fields of a folder's package.json; none if it cannot be read, since reporting that is not this program's job. */
export function manifestOf(folder: string): Record<string, unknown> {
  try {
    const text = readFileSync(join(folder, "package.json"), "utf8");
    return fieldsOf(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    return {};
  }
}
