/** The endpoints that the server knows; everything else is `unknown`. */
export type Endpoint =
  | "user"
  | "token"
  | "memberships"
  | "accounts"
  | "list"
  | "create"
  | "database"
  | "query"
  | "raw"
  | "import"
  | "export"
  | "bookmark"
  | "restore"
  | "download"
  | "login"
  | "unknown";

/** Before the request's work is done, or after it: then the work is done all the same, and only the answer lost. */
export type Moment = "before" | "after";

/** What goes wrong. `when` is `before` unless told. */
export type Fault =
  /** Cloudflare's envelope with one error. */
  | {
      kind: "fail";
      when?: Moment;
      status: number;
      code: number;
      message: string;
      headers?: Record<string, string>;
    }
  /** The connection ends without an answer. */
  | { kind: "cut"; when?: Moment }
  /** Slow; other faults may apply as well. */
  | { kind: "delay"; when?: Moment; milliseconds: number }
  /** Another body than Cloudflare's; status 200 and HTML unless told. */
  | { kind: "nonsense"; when?: Moment; body: string; status?: number; contentType?: string }
  /** The true answer, of which only the first half arrives. The work is done. */
  | { kind: "half" }
  /** No answer, and the connection stays. */
  | { kind: "hang"; when?: Moment };

/** Which requests a fault is for; everything that is given must fit. */
export interface FaultMatch {
  endpoint?: Endpoint;
  /** An endpoint's name, or a pattern for the path with its query string. */
  path?: Endpoint | RegExp;
  method?: string;
  writes?: boolean;
  sql?: RegExp;
  /** Only from the nth fitting request on, counted from 1; then just this one, unless `times` says more. */
  nth?: number;
}

/** A fault and when it happens: every time unless `once`, `times` or `nth` is given. */
export interface FaultRule {
  match?: FaultMatch;
  fault: Fault;
  once?: boolean;
  times?: number;
}

/** What a fault is chosen by. */
export interface Faultable {
  method: string;
  path: string;
  endpoint: Endpoint;
  sql?: string;
  writes: boolean;
}

/** Every fault but slowness: at most one of them can happen to a request. */
export type FinalFault = Exclude<Fault, { kind: "delay" }>;

/** The list of faults of a server, with the count of what has fitted so far. */
export class Faults extends Array<FaultRule> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  private readonly seen = new WeakMap<FaultRule, number>();
  private readonly applied = new WeakMap<FaultRule, number>();

  /** How often a rule's fault has happened. */
  timesApplied(rule: FaultRule): number {
    return this.applied.get(rule) ?? 0;
  }

  /**
   * Chooses what happens to a request and counts it.
   * @returns milliseconds to wait before and after the work, and the first other fault that fits
   */
  choose(request: Faultable): { before: number; after: number; fault: FinalFault | null } {
    const chosen = { before: 0, after: 0, fault: null as FinalFault | null };
    for (const rule of this) {
      if (!fits(rule.match ?? {}, request)) continue;
      const count = (this.seen.get(rule) ?? 0) + 1;
      this.seen.set(rule, count);
      const first = rule.match?.nth ?? 1;
      const unlimited = rule.match?.nth === undefined ? Number.POSITIVE_INFINITY : 1;
      const times = rule.once ? 1 : (rule.times ?? unlimited);
      if (count < first || count >= first + times) continue;
      this.applied.set(rule, this.timesApplied(rule) + 1);
      const { fault } = rule;
      if (fault.kind === "delay") chosen[fault.when ?? "before"] += fault.milliseconds;
      else chosen.fault ??= fault;
    }
    return chosen;
  }
}

function fits(match: FaultMatch, request: Faultable): boolean {
  const { endpoint, path, method, writes, sql } = match;
  return (
    (endpoint === undefined || endpoint === request.endpoint) &&
    (path === undefined ||
      (typeof path === "string" ? path === request.endpoint : request.path.search(path) >= 0)) &&
    (method === undefined || method === request.method) &&
    (writes === undefined || writes === request.writes) &&
    (sql === undefined || (request.sql ?? "").search(sql) >= 0)
  );
}

/** Faults that Cloudflare's API has been seen to answer, to be put into a rule. */
export const knownFaults = {
  overloaded: {
    kind: "fail",
    status: 429,
    code: 7429,
    message: "D1 DB is overloaded. Requests queued for too long.",
  },
  cpuLimit: {
    kind: "fail",
    status: 429,
    code: 7429,
    message: "D1 DB exceeded its CPU time limit and was reset.",
  },
  reset: {
    kind: "fail",
    when: "after",
    status: 500,
    code: 7500,
    message: "D1 DB storage operation exceeded timeout which caused object to be reset.",
  },
  importing: {
    kind: "fail",
    status: 400,
    code: 7500,
    message: "Currently processing a long-running import.",
  },
  internal: {
    kind: "fail",
    status: 500,
    code: 7500,
    message: "internal error; reference = 0123456789abcdefghijklmn",
  },
  quota: {
    kind: "fail",
    status: 400,
    code: 7500,
    message: "Exceeded D1's free tier daily row write limit",
  },
  missingHeaders: {
    kind: "fail",
    status: 400,
    code: 9106,
    message: "Missing X-Auth-Key, X-Auth-Email or Authorization headers",
  },
  invalidToken: { kind: "fail", status: 403, code: 9109, message: "Invalid access token" },
  gatewayTimeout: {
    kind: "nonsense",
    status: 504,
    body: "<!DOCTYPE html>\n<html><head><title>504 Gateway Time-out</title></head><body>cloudflare</body></html>",
  },
} as const satisfies Record<string, Fault>;

/** D1 refuses a batch for good. */
export const refused = {
  kind: "fail",
  status: 400,
  code: 7500,
  message: "not authorized: SQLITE_AUTH",
} as const satisfies Fault;
