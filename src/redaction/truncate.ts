import { redacted } from "./redacted.js";

/**
 * The start of a long text, cut between two words. Secrets are removed first: half of one would no longer be
 * recognized.
 * @param longest maximum number of characters
 */
export function truncate(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const clean = redacted(text);
  if (clean.length <= longest) return clean;
  const cut = clean.slice(0, longest);
  const end = Math.max(cut.lastIndexOf(" "), cut.lastIndexOf("\n"));
  return `${cut.slice(0, Math.max(end, 0))}…`;
}
