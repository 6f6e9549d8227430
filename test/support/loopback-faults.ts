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

/** Before the request's work is done, or after it, when only the response is lost. */
export type Moment = "before" | "after";

/** What goes wrong. `when` is `before` unless given. */
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
  /** The connection ends without a response. */
  | { kind: "cut"; when?: Moment }
  /** Slow; other faults may apply as well. */
  | { kind: "delay"; when?: Moment; milliseconds: number }
  /** A body that is not Cloudflare's; status 200 and HTML unless given. */
  | { kind: "nonsense"; when?: Moment; body: string; status?: number; contentType?: string }
  /** The real response, of which only the first half arrives. The work is done. */
  | { kind: "half" }
  /** No response, and the connection stays open. */
  | { kind: "hang"; when?: Moment };

/** Which requests a fault applies to; every given field must match. */
export interface FaultMatch {
  endpoint?: Endpoint;
  /** An endpoint's name, or a pattern for the path with its query string. */
  path?: Endpoint | RegExp;
  method?: string;
  writes?: boolean;
  sql?: RegExp;
  /** Only from the nth matching request on, counted from 1; only that one, unless `times` says more. */
  nth?: number;
}

/** A fault and when it occurs: every time unless `once`, `times` or `nth` is given. */
export interface FaultRule {
  match?: FaultMatch;
  fault: Fault;
  once?: boolean;
  times?: number;
}

/** The properties of a request that select a fault. */
export interface Faultable {
  method: string;
  path: string;
  endpoint: Endpoint;
  sql?: string;
  writes: boolean;
}

/** Every fault except slowness: at most one of them applies to a request. */
export type FinalFault = Exclude<Fault, { kind: "delay" }>;

/** A server's list of faults, with counts of the requests that matched so far. */
export class Faults extends Array<FaultRule> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  private readonly seen = new WeakMap<FaultRule, number>();
  private readonly applied = new WeakMap<FaultRule, number>();

  /** How often a rule's fault has occurred. */
  timesApplied(rule: FaultRule): number {
    return this.applied.get(rule) ?? 0;
  }

  /**
   * Selects what happens to a request and counts it.
   * @returns milliseconds to wait before and after the work, and the first other fault that matches
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

/** Faults that Cloudflare's API has been seen to return, for use in a rule. */
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

/** D1 refuses a batch permanently. */
export const refused = {
  kind: "fail",
  status: 400,
  code: 7500,
  message: "not authorized: SQLITE_AUTH",
} as const satisfies Fault;
