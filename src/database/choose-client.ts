import { Problem } from "../lib/problem.js";
import { onlyThroughProxy } from "../messages/api.js";
import type { Connection } from "../project/connection.js";
import { CloudflareApi } from "./api/cloudflare-api.js";
import { credentialsFor, needsWranglerForProxy } from "./api/credentials.js";
import type { D1Client } from "./client.js";
import { LocalEngine } from "./engine/local-engine.js";
import type { ClientSettings } from "./settings.js";
import { Wrangler } from "./wrangler/wrangler.js";

/**
 * Chooses how to access a database, from its location and the environment, before anything is sent: the local engine
 * for a local database; for a deployed one, Cloudflare's API if there is a token, otherwise wrangler with its login.
 */
export function openClient(connection: Connection, settings: ClientSettings): D1Client {
  if (connection.location === "local") return new LocalEngine(settings);
  const credentials = credentialsFor(connection, settings.env);
  if (credentials !== null) return new CloudflareApi({ ...settings, credentials });
  if (!needsWranglerForProxy(connection, settings.env)) return new Wrangler(settings);
  return new Wrangler({ ...settings, locate: () => settings.locate().catch(sayWhatTheProxyNeeds) });
}

function sayWhatTheProxyNeeds(problem: unknown): never {
  if (problem instanceof Problem && problem.code === "WRANGLER_NOT_FOUND")
    throw problem.withAdvice(problem.advice + onlyThroughProxy);
  throw problem;
}
