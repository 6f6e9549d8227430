import { dirname } from "node:path";
import type { Connection } from "../../project/connection.js";
import { goesThroughProxy } from "../proxy.js";
import { withEnvFiles } from "./environment.js";

/** Source: wrangler's own default. */
export const cloudflareApi = "https://api.cloudflare.com/client/v4";

/** What a request to Cloudflare's API needs. */
export interface Credentials {
  /** Without a trailing slash. */
  baseUrl: string;
  headers: Record<string, string>;
  /** Names of the variables they come from. */
  names: string[];
  /** The account that the environment names, or null. */
  accountId: string | null;
}

/**
 * The credentials for using Cloudflare's API directly.
 * @param env the program's environment
 * @returns null if there is no token (nor a global key with its e-mail address), or if only wrangler can reach the API
 * Source: `getAuthFromEnv` of wrangler 4.86
 */
export function credentialsFor(
  { target }: Pick<Connection, "target">,
  env: NodeJS.ProcessEnv,
): Credentials | null {
  const all = withEnvFiles(dirname(target.configPath), target.env, env);
  const get = (name: string) => all[`CLOUDFLARE_${name}`] || all[`CF_${name}`] || null;
  const key = get("API_KEY");
  const email = get("EMAIL");
  const token = get("API_TOKEN");
  const baseUrl = (get("API_BASE_URL") ?? cloudflareApi).replace(/\/+$/, "");
  if (isElsewhere(baseUrl, all)) return null;
  // Only wrangler could reach the API.
  if (goesThroughProxy(new URL(baseUrl), all) && !usesProxies(all)) return null;
  const rest = { baseUrl, accountId: get("ACCOUNT_ID") };
  if (key !== null && email !== null) {
    const headers = { "x-auth-key": key, "x-auth-email": email };
    return { ...rest, headers, names: ["CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL"] };
  }
  if (token === null) return null;
  return { ...rest, headers: { authorization: `Bearer ${token}` }, names: ["CLOUDFLARE_API_TOKEN"] };
}

/** Whether the API is not at Cloudflare's usual place, but at one that wrangler knows. */
function isElsewhere(baseUrl: string, env: NodeJS.ProcessEnv): boolean {
  const place = env.WRANGLER_API_ENVIRONMENT ?? "production";
  const region = env.CLOUDFLARE_COMPLIANCE_REGION ?? "public";
  return place !== "production" || region !== "public" || !URL.canParse(baseUrl);
}

/**
 * Whether wrangler is needed only because of a proxy: there is a token.
 * @param env the program's environment
 */
export function needsWranglerForProxy(
  connection: Pick<Connection, "target">,
  env: NodeJS.ProcessEnv,
): boolean {
  const { HTTPS_PROXY: _a, https_proxy: _b, HTTP_PROXY: _c, http_proxy: _d, ...direct } = env;
  return credentialsFor(connection, env) === null && credentialsFor(connection, direct) !== null;
}

/** Whether Node's own `fetch` is set to use the environment's proxies, and can. */
function usesProxies(env: NodeJS.ProcessEnv): boolean {
  const flag = "--use-env-proxy";
  if (!process.allowedNodeEnvironmentFlags.has(flag)) return false;
  const flags = [...process.execArgv, ...(env.NODE_OPTIONS ?? "").split(/\s+/)];
  return env.NODE_USE_ENV_PROXY === "1" || flags.includes(flag);
}
