import * as words from "../words/support-report.js";

const newIssue = "https://github.com/neverinfamous/kv-manager/issues/new";

/** GitHub refuses longer addresses. */
const longest = 8000;

/**
 * The address that opens a new issue with title and body filled in.
 * @param title of the issue; cut where it is long
 * @param bodies the body, and then ever shorter ones; the first that fits is taken
 * @returns how much of the report is in it, and the address: without a body where none fits
 */
export function issueLink(title: string, bodies: string[]): { hint: string; url: string } {
  const short = title.length > 200 ? `${title.slice(0, 200)}…` : title;
  const urlOf = (body: string | null) =>
    `${newIssue}?title=${encoded(short)}${body === null ? "" : `&body=${encoded(body)}`}`;
  for (const [i, body] of bodies.entries()) {
    const url = urlOf(i === 0 ? body : `${body}\n\n${words.pasteTheRest}\n`);
    if (url.length <= longest) return { hint: i === 0 ? words.issueHint : words.issueHintShort, url };
  }
  return { hint: words.issueHintTitle, url: urlOf(null) };
}

/** Half of a pair of code units would throw, so it is replaced. Also encodes what a sentence or a Markdown link could end an address at. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
