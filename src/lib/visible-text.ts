import { withoutSequences } from "#host";

// Control characters, and marks that reverse or hide text.
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Makes a text from a database or another program safe for a terminal: colors are dropped, and other control
 * characters, line breaks included, become visible (`\x1b`).
 */
export function visibleText(text: string): string {
  return withoutSequences(text).replace(invisible, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}
