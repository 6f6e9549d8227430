const milliseconds = 86_400_000;

/** Whether a text is a calendar day, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse may roll the 31st of a short month over to the next month; such a day does not format back to itself.
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/**
 * Returns the day that is `days` later.
 * @param day `YYYY-MM-DD`
 * @param days may be negative
 */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * milliseconds).toISOString().slice(0, 10);
}
