/**
 * The beginning of a long text, cut between two words: half of a secret would not be recognised as one any more.
 * @param longest characters
 */
export function boundedText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest);
  const end = Math.max(cut.lastIndexOf(" "), cut.lastIndexOf("\n"));
  return `${cut.slice(0, Math.max(end, 0))}…`;
}
