import { failureFrom } from "../../src/database/failures.js";

/** The failure that the program makes of a text from wrangler or D1, or from its own local engine. */
export function failureSaying(text: string, fromEngine = false) {
  return failureFrom({ text, code: null }, fromEngine);
}
