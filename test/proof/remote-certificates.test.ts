import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withNetworkCause } from "../../src/database/wrangler/network-cause.js";
import type { Problem } from "../../src/lib/problem.js";
import { type Certificate, makeCertificate } from "../support/certificates.js";
import { runJson } from "../support/cli.js";
import { failureSaying } from "../support/failures.js";
import { loopback, type RemoteProject, ways } from "../support/remote.js";
import { disposableServers, proxyTo, tlsBefore } from "../support/tls.js";

const { make, makeFor, api } = loopback();
const listen = disposableServers();

const company = makeCertificate("Example Company", { authority: true });
const department = makeCertificate("Example Department", { authority: true, by: company });
/** A certificate with its chain, as a server sends it. */
const withChain = (own: Certificate, ...others: Certificate[]) => ({
  ...own,
  cert: [own, ...others].map(({ cert }) => cert).join(""),
});
const signed = makeCertificate("proxy", { by: company });

/** Each case's name, the certificate that a server shows, and how the message about it starts. */
const untrusted = "A company's proxy or a virus scanner intercepts the encrypted connection";
const shown: [string, Certificate, string][] = [
  ["its signer's own sent along", withChain(signed, company), untrusted],
  ["its signer unknown", signed, untrusted],
  ["no signer but itself", makeCertificate("proxy"), untrusted],
  [
    "a signer whose own signer is unknown",
    withChain(makeCertificate("proxy", { by: department }), department),
    untrusted,
  ],
  [
    "days that are over",
    makeCertificate("proxy", { years: [-2, -1] }),
    "certificate is expired or not yet valid",
  ],
  [
    "days that are to come",
    makeCertificate("proxy", { years: [1, 2] }),
    "certificate is expired or not yet valid",
  ],
];

/** Serves the API with a certificate. */
async function under(certificate: Certificate): Promise<{ port: number; CLOUDFLARE_API_BASE_URL: string }> {
  const target = new URL(api().baseUrl);
  const port = await listen(tlsBefore(Number(target.port), certificate));
  return { port, CLOUDFLARE_API_BASE_URL: `https://127.0.0.1:${port}${target.pathname}` };
}

/** Saves the company's certificate in the project's folder and returns the file. */
function saved({ cwd }: RemoteProject, { cert } = company): string {
  const file = join(cwd, "company.pem");
  writeFileSync(file, cert);
  return file;
}

describe("a server certificate with", () => {
  it.each(shown)("%s is identified by asking the server", async (_, certificate, means) => {
    const { CLOUDFLARE_API_BASE_URL } = await under(certificate);
    const failed = failureSaying("fetch failed");
    const found = (await withNetworkCause(failed, { CLOUDFLARE_API_BASE_URL })) as Problem;
    expect([found.code, found.message]).toEqual(["NETWORK", expect.stringContaining(means)]);
    expect(found.message).toContain("Nothing was sent.");
  });
});

describe("a company's certificate in place of Cloudflare's", () => {
  it.each(ways)(
    "with a %s is reported before anything is sent, and NODE_EXTRA_CA_CERTS solves it",
    async (way) => {
      const database = await makeFor(way, "oldest");
      const { CLOUDFLARE_API_BASE_URL } = await under(withChain(signed, company));
      Object.assign(database.env, { CLOUDFLARE_API_BASE_URL });
      const before = api().requests.length;
      const told = await database.run("--yes");
      expect([told.code, told.json.error?.code, told.json.applied]).toEqual([1, "NETWORK", false]);
      expect(told.json.error?.message).toContain(untrusted);
      expect(told.json.error?.message).toContain("Nothing was sent.");
      for (const way of ["NODE_EXTRA_CA_CERTS to the path of that file", "NODE_OPTIONS=--use-system-ca"])
        expect(told.json.error?.advice).toContain(way);
      expect(told.stderr).toContain("Nothing was changed.");
      // Retries would not make it trusted.
      expect(told.starts).toHaveLength(way === "login" ? 1 : 0);
      expect(api().requests).toHaveLength(before);

      database.env.NODE_EXTRA_CA_CERTS = saved(database);
      const { code, json } = await database.run("--yes");
      expect([code, json.outcome]).toEqual([0, "upgraded"]);
    },
  );

  it("is reported by setup too, before anything is created", async () => {
    const database = await make({ sql: "" });
    writeFileSync(
      join(database.cwd, "wrangler.toml"),
      'name = "kv-manager"\ncompatibility_date = "2025-11-01"\n[[d1_databases]]\nbinding = "METADATA"\ndatabase_name = "kv-manager-metadata"\n',
    );
    const env = { ...database.env, ...(await under(signed)), port: undefined };
    const { code, json, starts } = await runJson(["setup", "--remote", "--yes"], { cwd: database.cwd, env });
    expect([code, json.error?.code, starts]).toEqual([1, "NETWORK", []]);
    expect(json.error?.advice).toContain("NODE_EXTRA_CA_CERTS");
  });

  it.each<[string, (database: RemoteProject) => string, string]>([
    ["cannot be read", ({ cwd }) => join(cwd, "nowhere.pem"), "its file cannot be read"],
    [
      "has a different one",
      (database) => saved(database, makeCertificate("other", { authority: true })),
      "its file does not have that certificate",
    ],
  ])("with a file in NODE_EXTRA_CA_CERTS that %s is reported", async (_, file, says) => {
    const database = await make("2025-11-22");
    Object.assign(database.env, await under(signed), {
      port: undefined,
      NODE_EXTRA_CA_CERTS: file(database),
    });
    const { code, json } = await database.run("status");
    expect([code, json.error?.code]).toEqual([1, "NETWORK"]);
    expect(json.error?.advice).toContain(says);
  });
});

describe("a proxy in HTTPS_PROXY", () => {
  // The proxy resolves this name.
  const CLOUDFLARE_API_BASE_URL = "https://api.example.test/client/v4";
  const certificate = makeCertificate("proxy", { by: company, host: "api.example.test" });

  it("that intercepts the connection is reported, and NODE_EXTRA_CA_CERTS solves it", async () => {
    const database = await make("2025-11-22");
    const { port } = await under(certificate);
    const HTTPS_PROXY = `http://127.0.0.1:${await listen(proxyTo(port))}`;
    Object.assign(database.env, { CLOUDFLARE_API_BASE_URL, HTTPS_PROXY });
    const told = await database.run("status");
    expect([told.code, told.json.error?.code, told.starts.length]).toEqual([1, "NETWORK", 1]);
    expect(told.json.error?.message).toContain(untrusted);
    database.env.NODE_EXTRA_CA_CERTS = saved(database);
    expect((await database.run("status")).json.outcome).toBe("up-to-date");
  });

  it("that requires a login is reported, and is used once the login is given", async () => {
    const database = await make("2025-11-22");
    const { port } = await under(certificate);
    const proxy = await listen(proxyTo(port, "somebody:p w"));
    Object.assign(database.env, { CLOUDFLARE_API_BASE_URL, HTTPS_PROXY: `http://127.0.0.1:${proxy}` });
    const told = await database.run("status");
    expect([told.code, told.json.error?.code, told.starts.length]).toEqual([1, "NETWORK", 1]);
    expect(told.json.error?.message).toContain(`The proxy 127.0.0.1:${proxy} requires a user name`);
    database.env.HTTPS_PROXY = `http://somebody:p%20w@127.0.0.1:${proxy}`;
    const next = await database.run("status");
    expect(next.json.error?.message).toContain(untrusted);
    expect(next.stdout + next.stderr).not.toContain("p%20w");
  });

  it("without http:// is reported by wrangler, and ignored for an address that bypasses it", async () => {
    const direct = await make("2025-11-22", { HTTPS_PROXY: "proxy.example.test:8080" });
    expect((await direct.run("status")).json.outcome).toBe("up-to-date");
    const database = await makeFor("login", "2025-11-22");
    database.env.HTTPS_PROXY = "proxy.example.test:8080";
    const { code, json, starts } = await database.run("status");
    expect([code, json.error?.code, starts.length]).toEqual([1, "UNEXPECTED_OUTPUT", 1]);
    expect(json.error?.message).toContain("not a valid proxy address");
    expect(json.error?.advice).toContain("http://proxy.example.com:8080");
  });
});
