import { reading, read as wereRead } from "../../messages/all.js";
import type { Result } from "../../run/result.js";

/** Progress texts for reading several databases: how many are done, and at the end how many could be read. */
export function readCounter(total: number) {
  const seen = { all: 0, read: 0, failed: 0 };
  return {
    doing: () => reading(total, seen.all),
    done: () => wereRead(total, seen.read, seen.failed),
    onRead: ({ snapshot, outcome }: Result) => {
      seen.all++;
      if (snapshot !== null) seen.read++;
      else if (outcome !== "cancelled") seen.failed++;
    },
  };
}
