import { makeRedact } from "./redact.js";

// One for the whole process, like its environment: whatever wraps or truncates a text needs it, however far from main,
// and passing it along cannot be forgotten.
let current: ((text: string) => string) | null = null;

/** Sets how this process removes secrets from a text; until then, only what looks like one is found. */
export function redactWith(redact: (text: string) => string): void {
  current = redact;
}

/**
 * Returns a text without secrets, for code that wraps or truncates it: part of a secret would no longer be recognized.
 */
export function redacted(text: string): string {
  current ??= makeRedact(new Set(), new Set());
  return current(text);
}
