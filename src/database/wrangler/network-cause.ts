import { proxyWantsLogin } from "../../messages/wrangler.js";
import { cloudflareApi } from "../api/credentials.js";
import { DatabaseFailure, failureFrom } from "../failures.js";
import { reasonOf, withCertificateAdvice } from "../network-reason.js";
import { openThrough, ProxyRefusal, proxyFor } from "../proxy.js";

/** Milliseconds: it failed a moment ago, so this is not worth a long wait. */
const patience = 5000;

/** Opens an address, directly or through a proxy. Rejects if that fails. */
type Ask = (address: URL, proxy: URL | null, signal: AbortSignal) => Promise<unknown>;

/**
 * Finds out why Cloudflare could not be reached: with --json, wrangler says only "fetch failed". Opens the same address
 * once, the same way, and sends no user data.
 * @param problem what a run ended with
 * @param env the program's environment
 * @param ask opens the address
 * @param abort ends it early
 * @returns a problem that says more; the same one if nothing more is known
 */
export async function withNetworkCause(
  problem: unknown,
  env: NodeJS.ProcessEnv,
  ask: Ask = open,
  abort: AbortSignal | null = null,
): Promise<unknown> {
  if (!(problem instanceof DatabaseFailure) || problem.code !== "NETWORK") return problem;
  const timeout = AbortSignal.timeout(patience);
  try {
    const address = new URL(env.CLOUDFLARE_API_BASE_URL || cloudflareApi);
    await ask(address, proxyFor(address, env), abort === null ? timeout : AbortSignal.any([abort, timeout]));
    return problem;
  } catch (error) {
    if (error instanceof ProxyRefusal) return error.status === 407 ? proxyWantsLogin(error.proxy) : problem;
    const found = failureFrom({ text: reasonOf(error) });
    if (found.code !== "NETWORK" || !found.unsent) return problem;
    return withCertificateAdvice(found, env);
  }
}

async function open(address: URL, proxy: URL | null, signal: AbortSignal): Promise<void> {
  if (proxy === null) await fetch(address, { signal });
  else await openThrough(proxy, address, signal);
}
