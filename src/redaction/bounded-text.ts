import { redacted } from "./redacted.js";

/**
 * The beginning of a long text, cut between two words. Secrets are taken out before: half of one would not be
 * recognised any more.
 * @param longest characters
 */
export function boundedText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const clean = redacted(text);
  if (clean.length <= longest) return clean;
  const cut = clean.slice(0, longest);
  const end = Math.max(cut.lastIndexOf(" "), cut.lastIndexOf("\n"));
  return `${cut.slice(0, Math.max(end, 0))}…`;
}
