import { makeRedact } from "./redact.js";

// One for the whole process, as its environment is: whatever breaks or cuts a text needs it, however far from main,
// and nobody can forget to hand it on.
let current: ((text: string) => string) | null = null;

/** Says how this process takes secrets out of a text; until then, only what looks like one is found. */
export function redactWith(redact: (text: string) => string): void {
  current = redact;
}

/**
 * A text without secrets, for whoever breaks it into lines or cuts it: a part of a secret would not be recognised
 * as one any more.
 */
export function redacted(text: string): string {
  current ??= makeRedact(new Set(), new Set());
  return current(text);
}
