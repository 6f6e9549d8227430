import { accessSync, constants } from "node:fs";
import { untrustedCertificate } from "../diagnostics/diagnostics.js";
import { extraCertificatesLackIt, extraCertificatesUnread } from "../words/wrangler.js";
import type { DatabaseFailure } from "./failures.js";

/** Why a connection failed, in Node's words: its `fetch` keeps the reason in `cause`. */
export function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code = "", message = "" } = (cause ?? {}) as { code?: string; message?: string };
  return `${code} ${message}`.trim();
}

/**
 * Adds to a certificate that is not trusted why the file that is to make it so does not.
 * @param env the program's environment
 */
export function withCertificateAdvice(failure: DatabaseFailure, env: NodeJS.ProcessEnv): DatabaseFailure {
  const file = env.NODE_EXTRA_CA_CERTS;
  if (!file || !untrustedCertificate.text?.test(failure.said)) return failure;
  return failure.withAdvice(`${failure.advice} ${aboutExtra(file)}`);
}

/** Node says of the file only that it cannot be read. */
function aboutExtra(file: string): string {
  try {
    accessSync(file, constants.R_OK);
    return extraCertificatesLackIt(file);
  } catch {
    return extraCertificatesUnread(file);
  }
}
