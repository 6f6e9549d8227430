import { deployed } from "../messages/run.js";
import * as messages from "../messages/snapshot-file.js";
import { eraOn } from "../plan/eras.js";
import type { Facts, Result } from "../run/result.js";
import { closingSentence, eraText } from "../screen/contents.js";

/**
 * What a saved schema says about the deploy date, compared with the user's answer.
 * @param said `YYYY-MM-DD`; null if no date was given
 */
export function snapshotLines({ era, eras }: Facts, said: string | null): string[] {
  const found = era === null ? deployed.noEra(true) : deployed.era(eraText(era));
  const predicted = said === null ? undefined : eraOn(said, eras);
  if (said === null || predicted === undefined) return [found];
  return [found, messages.predictedEra(said, eraText(predicted))];
}

/** In one sentence, what a saved schema lacks. */
export function snapshotEnd(result: Result): string {
  return result.outcome === "up-to-date" ? messages.upToDate : closingSentence(result);
}
