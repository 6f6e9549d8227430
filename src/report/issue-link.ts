import * as messages from "../messages/support-report.js";

const newIssue = "https://github.com/neverinfamous/kv-manager/issues/new";

/** GitHub refuses longer URLs. */
const longest = 8000;

/**
 * Returns the URL that opens a new issue with title and body filled in.
 * @param title the issue's title; cut if it is long
 * @param bodies the body, then ever shorter versions; the first that fits is used
 * @returns a hint that says how much of the report is in it, and the URL: without a body if none fits
 */
export function issueLink(title: string, bodies: string[]): { hint: string; url: string } {
  const short = title.length > 200 ? `${title.slice(0, 200)}…` : title;
  const urlOf = (body: string | null) =>
    `${newIssue}?title=${encoded(short)}${body === null ? "" : `&body=${encoded(body)}`}`;
  for (const [i, body] of bodies.entries()) {
    const url = urlOf(i === 0 ? body : `${body}\n\n${messages.pasteTheRest}\n`);
    if (url.length <= longest) return { hint: i === 0 ? messages.issueHint : messages.issueHintShort, url };
  }
  return { hint: messages.issueHintTitle, url: urlOf(null) };
}

/**
 * Replaces lone surrogates, which would throw. Also encodes characters that could end a URL in a sentence or a Markdown
 * link.
 */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
