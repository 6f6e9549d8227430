import { reading, read as wereRead } from "../../messages/all.js";
import type { Result } from "../../run/result.js";

/** What is said while several databases are read, and at the end: how many could be. */
export function readCounter(total: number) {
  const seen = { all: 0, read: 0 };
  return {
    doing: () => reading(total, seen.all),
    done: () => wereRead(total, seen.read),
    onRead: ({ snapshot }: Result) => {
      seen.all++;
      if (snapshot !== null) seen.read++;
    },
  };
}
