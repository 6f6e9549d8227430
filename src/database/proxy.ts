import { request } from "node:http";
import { isIP } from "node:net";
import { connect } from "node:tls";

/** A proxy answered, but refused the connection. */
export class ProxyRefusal extends Error {
  readonly status: number;
  /** Its host and port. */
  readonly proxy: string;

  constructor(status: number, proxy: string) {
    super(`The proxy answered ${status}`);
    this.status = status;
    this.proxy = proxy;
  }
}

/**
 * The proxy that wrangler uses for an address.
 * @param env its HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case
 * @returns null if it uses none, or a proxy whose own protocol is not HTTP
 * @throws {TypeError} for a proxy that is not a URL
 */
export function proxyFor(address: URL, env: NodeJS.ProcessEnv): URL | null {
  if (!goesThroughProxy(address, env)) return null;
  const proxy = new URL(proxyIn(env) ?? "");
  return proxy.protocol === "http:" ? proxy : null;
}

/**
 * Whether wrangler reaches an address through a proxy of any kind.
 * @param env see `proxyFor`
 */
export function goesThroughProxy(address: URL, env: NodeJS.ProcessEnv): boolean {
  // Source: undici, which wrangler bundles, with wrangler's own default.
  const direct = env.no_proxy || env.NO_PROXY || "localhost,127.0.0.1,::1";
  if (proxyIn(env) === null || direct === "*") return false;
  return !direct.split(/[,\s]+/).some((entry) => covers(entry, address));
}

function proxyIn(env: NodeJS.ProcessEnv): string | null {
  return env.https_proxy || env.HTTPS_PROXY || env.http_proxy || env.HTTP_PROXY || null;
}

/** Whether an entry of NO_PROXY matches an address: its host, or a parent domain, with or without a port. */
function covers(entry: string, { hostname, port }: URL): boolean {
  const [, host = "", wanted] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  if (host === "" || (wanted !== undefined && wanted !== (port || "443"))) return false;
  return hostname === host || hostname.endsWith(`.${host}`);
}

/**
 * Opens an encrypted connection to an address through a proxy, then closes it.
 * @throws {ProxyRefusal} if the proxy itself refuses; otherwise Node's error
 */
export function openThrough(proxy: URL, { hostname, port }: URL, signal: AbortSignal): Promise<void> {
  const host = `${hostname}:${port || 443}`;
  const login = [proxy.username, proxy.password].map(decodeURIComponent).join(":");
  const headers = {
    host,
    ...(login === ":" ? {} : { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` }),
  };
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ host: proxy.hostname, port: proxy.port || 80, method: "CONNECT", path: host, headers, signal },
    });
    asked.on("error", reject);
    asked.on("connect", ({ statusCode = 0 }, socket) => {
      signal.addEventListener("abort", () => socket.destroy(new Error("given up")), { once: true });
      if (statusCode !== 200) {
        socket.destroy();
        reject(new ProxyRefusal(statusCode, proxy.host));
        return;
      }
      const secure = connect(
        { socket, host: hostname, ...(isIP(hostname) === 0 ? { servername: hostname } : {}) },
        () => {
          secure.destroy();
          resolve();
        },
      );
      secure.on("error", reject);
    });
    asked.end();
  });
}
