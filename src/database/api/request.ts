import { stripVTControlCharacters } from "node:util";
import pLimit from "p-limit";
import { Cancelled } from "../../lib/problem.js";
import { timedOut } from "../../messages/wrangler.js";
import { truncate } from "../../redaction/truncate.js";
import { type Trace, tracing } from "../client.js";
import { type DatabaseFailure, failureFrom, neverBegun } from "../failures.js";
import { reasonOf } from "../network-reason.js";
import type { Credentials } from "./credentials.js";

/** One request to Cloudflare's API. */
export interface ApiRequest {
  method: "GET" | "POST";
  /** Relative to the base URL, including the query. */
  path: string;
  isList?: true;
  body?: unknown;
}

/** What every request needs. */
interface ApiSettings {
  credentials: Credentials;
  timeoutSeconds: number;
  /** Aborts a request when it fires; null for what must not be interrupted. */
  abort: AbortSignal | null;
  trace: (trace: Trace) => void;
}

/**
 * Six at a time, as many as a browser would open: more would only get closer to Cloudflare's rate limit. One of them is
 * for lists: every database needs what a list says, and it should not wait for all of them.
 */
const lanes = { lists: pLimit(1), others: pLimit(5) };

/**
 * Sends one request to Cloudflare's API, without retries, as soon as one of the six slots is free. Redirects are not
 * followed: a token is for this host alone.
 * @returns the `result` of the response
 * @throws {DatabaseFailure} what Cloudflare said, or why the connection failed
 * @throws {Problem} TIMEOUT
 * @throws {Cancelled} when `abort` fires
 */
export async function askApi(request: ApiRequest, settings: ApiSettings): Promise<unknown> {
  const lane = request.isList ? lanes.lists : lanes.others;
  return await lane(() => askNow(request, settings));
}

async function askNow(request: ApiRequest, settings: ApiSettings): Promise<unknown> {
  const { method, path, body } = request;
  const { credentials, timeoutSeconds, abort, trace } = settings;
  if (abort?.aborted) throw new Cancelled();
  const told = tracing(trace, `${method} ${path}`);
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await fetch(`${credentials.baseUrl}${path}`, {
      method,
      headers: {
        ...credentials.headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: "manual",
      signal: abort === null ? timeout : AbortSignal.any([timeout, abort]),
    });
    const text = await response.text();
    told(`answered ${response.status}`, response.ok ? [] : [text]);
    return resultIn(response, text);
  } catch (error) {
    if (abort?.aborted) throw new Cancelled();
    if (timeout.aborted) {
      told("did not answer in time");
      throw timedOut("Cloudflare", timeoutSeconds);
    }
    if (!(error instanceof TypeError)) throw error;
    const reason = reasonOf(error);
    told("failed", [reason]);
    throw connectionFailure(reason);
  }
}

/** No connection was made: the request certainly did not reach Cloudflare. */
const unconnected =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|connect E\w+/;

/** The failure of a connection. If it was never made, nothing was sent, so the request may be sent again. */
function connectionFailure(reason: string): DatabaseFailure {
  const failure = failureFrom({ text: reason }, false, "Node");
  return unconnected.test(reason) ? neverBegun(failure) : failure;
}

/** Cloudflare's response envelope. Errors come with HTTP 200 too. */
interface Envelope {
  success?: unknown;
  result?: unknown;
  errors?: { code?: unknown; message?: unknown; error_chain?: unknown }[];
}

function resultIn(response: Response, text: string): unknown {
  const { status, statusText, headers } = response;
  const after = waitFor(headers.get("retry-after"));
  if (status >= 300 && status < 400)
    throw cloudflareFailure(`Redirected (HTTP ${status}) to ${hostOf(headers.get("location"))}`);
  const envelope = envelopeIn(text);
  if (envelope?.success === true) return envelope.result;
  const errors = Array.isArray(envelope?.errors) ? envelope.errors.flatMap(errorTexts) : [];
  if (errors.length > 0) throw cloudflareFailure(`${errors.join("\n")}${after}`);
  throw cloudflareFailure(
    `Received a malformed response from the API: HTTP ${status} ${statusText} ${essenceOf(text)}${after}`,
  );
}

/** The envelope in a response; null if that is not JSON. */
function envelopeIn(text: string): Envelope | null {
  try {
    return JSON.parse(text) as Envelope | null;
  } catch {
    return null;
  }
}

/** The failure that Cloudflare's words stand for. */
export function cloudflareFailure(text: string): DatabaseFailure {
  return failureFrom({ text }, false, "Cloudflare");
}

/** An error in wrangler's format, so that one list of diagnostics matches both. */
function errorTexts(error: { code?: unknown; message?: unknown; error_chain?: unknown } | null): string[] {
  const { code, message, error_chain: chain } = error ?? {};
  if (typeof message !== "string") return [];
  const number = typeof code === "number" ? ` [code: ${code}]` : "";
  return [`${message}${number}`, ...(Array.isArray(chain) ? chain.flatMap(errorTexts) : [])];
}

/** How long a server asks to wait, in seconds; it may give a date instead. */
function waitFor(header: string | null): string {
  if (header === null) return "";
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  return seconds > 0 ? ` (retry after ${seconds} s)` : "";
}

/** The gist of a page that is not an API response. */
function essenceOf(text: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  return truncate(
    stripVTControlCharacters(title ?? text.replace(/<[^>]*>/g, " "))
      .replace(/\s+/g, " ")
      .trim(),
    200,
  );
}

function hostOf(location: string | null): string {
  return location !== null && URL.canParse(location) ? new URL(location).host : "another address";
}
