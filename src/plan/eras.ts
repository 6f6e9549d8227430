import { addDays, isDay } from "../lib/day.js";
import { inTheFuture, notADay } from "../messages/usage.js";
import { allMigrations, type Catalog, type Migration } from "./catalog.js";

/**
 * A period in which KV Manager's own schema file did not change. `from` is its first day, `before` the first day after
 * it (`YYYY-MM-DD`); an open end is null. `has` are the ids of the migrations that it includes.
 */
export interface Era {
  from: string | null;
  before: string | null;
  has: string[];
}

/**
 * All eras, oldest first, from the `since:` lines of all migrations, whichever version of KV Manager is planned for. A
 * migration without such a line belongs to no era: when deployments first had it is unknown.
 */
export function erasOf(catalog: Catalog): Era[] {
  const all = allMigrations(catalog);
  const days = [...new Set(all.flatMap((m) => m.since ?? []))].sort();
  return [null, ...days].map((from, i) => ({
    from,
    before: days[i] ?? null,
    has: all.filter((m) => m.since !== null && m.since <= (from ?? "")).map((m) => m.id),
  }));
}

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

/**
 * The era that a day is in.
 * @param day `YYYY-MM-DD`
 * @param eras all of them, oldest first
 * @returns undefined only if there are none
 */
export function eraOn(day: string, eras: Era[]): Era | undefined {
  return eras.findLast(({ from }) => from === null || from <= day);
}

/**
 * The era in which a deployment was made.
 * @param day `YYYY-MM-DD`
 */
export function eraOfDay(day: string, catalog: Catalog): Era {
  const era = eraOn(day, erasOf(catalog));
  if (era === undefined) throw new Error("the oldest era has no first day");
  return era;
}

/**
 * The era whose schema a database has; null if it matches none, such as when partly upgraded.
 * @param applied the ids of the migrations that are fully applied
 * @param absent the ids of those of which nothing is applied
 */
export function eraOfSchema(applied: string[], absent: string[], catalog: Catalog): Era | null {
  const dated = allMigrations(catalog)
    .filter((m) => m.since !== null)
    .map((m) => m.id);
  const fits = (era: Era) => dated.every((id) => (era.has.includes(id) ? applied : absent).includes(id));
  return erasOf(catalog).find(fits) ?? null;
}

/**
 * The migrations needed by the target version that a deployment from that day should lack.
 * @param day `YYYY-MM-DD`
 */
export function predictPending(day: string, catalog: Catalog): Migration[] {
  const { has } = eraOfDay(day, catalog);
  return catalog.migrations.filter((m) => !has.includes(m.id));
}
