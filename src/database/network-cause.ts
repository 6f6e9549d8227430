import { failureFrom, WranglerFailure } from "./failures.js";

/** Source: wrangler's own default. */
const cloudflare = "https://api.cloudflare.com/client/v4";
/** Milliseconds: it failed a moment ago, so this is not worth a long wait. */
const patience = 5000;

/**
 * Finds out why Cloudflare could not be reached: with --json wrangler says "fetch failed" and keeps the reason. Asks the
 * same address once, without any login. Through a proxy wrangler goes another way than this can, so there it is left
 * as it is.
 * @param problem what a run ended with
 * @param env the program's environment
 * @param ask opens the address; by default Node's own fetch
 * @returns a problem that says more; the same one where nothing more is known
 */
export async function withNetworkCause(
  problem: unknown,
  env: NodeJS.ProcessEnv,
  ask: (address: string) => Promise<unknown> = (address) =>
    fetch(address, { signal: AbortSignal.timeout(patience) }),
): Promise<unknown> {
  if (!(problem instanceof WranglerFailure) || problem.code !== "NETWORK" || hasProxy(env)) return problem;
  try {
    await ask(env.CLOUDFLARE_API_BASE_URL || cloudflare);
    return problem;
  } catch (error) {
    const found = failureFrom({ text: reasonOf(error), code: null });
    return found.code === "NETWORK" && found.unsent ? found : problem;
  }
}

function hasProxy(env: NodeJS.ProcessEnv): boolean {
  return ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => Boolean(env[name]));
}

/** Node's fetch keeps the reason in `cause`. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code = "", message = "" } = (cause ?? {}) as { code?: string; message?: string };
  return `${code} ${message}`.trim();
}
