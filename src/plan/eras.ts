import { allMigrations, type Catalogue, type Migration } from "./catalogue.js";

/**
 * A stretch of days in which KV Manager's own schema file stayed the same. `from` is its first day, `before` the
 * first day after it (`YYYY-MM-DD`); an open end is null. `has` are the ids of the migrations that it includes.
 */
export interface Era {
  from: string | null;
  before: string | null;
  has: string[];
}

/**
 * All eras, oldest first, from the `since:` lines of all migrations, whatever version of KV Manager is planned for. A migration without such a line belongs to
 * no era: nobody knows when a deployment first had it.
 */
export function erasOf(catalogue: Catalogue): Era[] {
  const all = allMigrations(catalogue);
  const days = [...new Set(all.flatMap((m) => m.since ?? []))].sort();
  return [null, ...days].map((from, i) => ({
    from,
    before: days[i] ?? null,
    has: all.filter((m) => m.since !== null && m.since <= (from ?? "")).map((m) => m.id),
  }));
}

/**
 * The era in which a deployment was made.
 * @param day `YYYY-MM-DD`
 */
export function eraOfDay(day: string, catalogue: Catalogue): Era {
  const era = erasOf(catalogue).findLast((e) => e.from === null || e.from <= day);
  if (era === undefined) throw new Error("the oldest era has no first day");
  return era;
}

/**
 * The era whose schema a database has, null when it has none's (such as one that is partly upgraded).
 * @param applied the ids of the migrations that are fully there
 * @param absent the ids of those of which nothing is there
 */
export function eraOfSchema(applied: string[], absent: string[], catalogue: Catalogue): Era | null {
  const dated = allMigrations(catalogue)
    .filter((m) => m.since !== null)
    .map((m) => m.id);
  const fits = (era: Era) => dated.every((id) => (era.has.includes(id) ? applied : absent).includes(id));
  return erasOf(catalogue).find(fits) ?? null;
}

/**
 * The migrations that a deployment of that day should lack, of those that the target version needs.
 * @param day `YYYY-MM-DD`
 */
export function predictPending(day: string, catalogue: Catalogue): Migration[] {
  const { has } = eraOfDay(day, catalogue);
  return catalogue.migrations.filter((m) => !has.includes(m.id));
}
