import { parseRequest } from "../../src/command-line/request.js";
import type { Request } from "../../src/run/request.js";

/** The request that a command line makes in a folder. */
export function requestOf(line: string, cwd = "/"): Request {
  return parseRequest(line.split(" ").filter(Boolean), cwd, "2026-01-01");
}
