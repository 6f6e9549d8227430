import type { Request } from "../run/request.js";

/** Returns the name of the nth file of a kind: from the second on, with the number before the extension. */
export function numbered(name: string, n: number): string {
  return n === 1 ? name : name.replace(/(\.\w+)?$/, (ending) => `-${n}${ending}`);
}

/** Returns the request with the file name of its nth backup, since none may overwrite an earlier one. */
export function withNthBackup(request: Request, n: number): Request {
  return request.backup === null ? request : { ...request, backup: numbered(request.backup, n) };
}
