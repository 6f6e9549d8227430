import { accessSync, constants } from "node:fs";
import { untrustedCertificate } from "../diagnostics/diagnostics.js";
import { extraCertificatesLackIt, extraCertificatesUnread } from "../messages/wrangler.js";
import type { DatabaseFailure } from "./failures.js";

/** Why a connection failed, in Node's words: its `fetch` puts the reason in `cause`. */
export function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code = "", message = "" } = (cause ?? {}) as { code?: string; message?: string };
  return `${code} ${message}`.trim();
}

/**
 * For an untrusted certificate, adds why NODE_EXTRA_CA_CERTS does not help.
 * @param env the program's environment
 */
export function withCertificateAdvice(failure: DatabaseFailure, env: NodeJS.ProcessEnv): DatabaseFailure {
  const file = env.NODE_EXTRA_CA_CERTS;
  if (!file || !untrustedCertificate.text?.test(failure.said)) return failure;
  return failure.withAdvice(`${failure.advice} ${aboutExtra(file)}`);
}

/** Explains what is wrong with the file; Node reports only that it cannot be read. */
function aboutExtra(file: string): string {
  try {
    accessSync(file, constants.R_OK);
    return extraCertificatesLackIt(file);
  } catch {
    return extraCertificatesUnread(file);
  }
}
