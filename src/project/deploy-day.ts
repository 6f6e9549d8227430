import { addDays, isDay } from "../lib/day.js";
import { inTheFuture, notADay } from "../words/usage.js";

/**
 * Why a text is no possible deploy date; null when it is one.
 * @param text should be a real day, written `YYYY-MM-DD`, not in the future
 * @param today `YYYY-MM-DD`
 */
export function whyNoDay(text: string, today: string): string | null {
  if (!isDay(text)) return notADay(text);
  // Somewhere it is tomorrow already.
  return text > addDays(today, 1) ? inTheFuture(text) : null;
}
