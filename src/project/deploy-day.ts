import { addDays, isDay } from "../lib/day.js";
import { inTheFuture, notADay } from "../messages/usage.js";

/**
 * Returns why a text is not a possible deploy date; null when it is one.
 * @param text should be a real day, written `YYYY-MM-DD`, not in the future
 * @param today `YYYY-MM-DD`
 */
export function deployDateProblem(text: string, today: string): string | null {
  if (!isDay(text)) return notADay(text);
  // In some time zone it is already tomorrow.
  return text > addDays(today, 1) ? inTheFuture(text) : null;
}
