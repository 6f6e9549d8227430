import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withNetworkCause } from "../../../src/database/wrangler/network-cause.js";
import type { Problem } from "../../../src/lib/problem.js";
import { failureSaying } from "../../support/failures.js";

const failed = failureSaying("fetch failed");
const rejecting = (code: string, message: string) => async () => {
  throw Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(message), { code }) });
};

describe("a failure to reach Cloudflare", () => {
  it.each([
    ["SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"],
  ])("because of %s is explained, with advice", async (code, message) => {
    const found = (await withNetworkCause(failed, {}, rejecting(code, message))) as Problem;
    expect(found.code).toBe("NETWORK");
    expect(found.message).toContain("Nothing was sent");
    expect(found.advice).toContain("NODE_EXTRA_CA_CERTS");
  });

  it.each<[string, unknown, NodeJS.ProcessEnv, () => Promise<unknown>]>([
    ["it can be reached now", failed, {}, async () => {}],
    ["there is no name", failed, {}, rejecting("ENOTFOUND", "getaddrinfo ENOTFOUND api.cloudflare.com")],
    [
      "the proxy is of another kind than HTTP's",
      failed,
      { HTTPS_PROXY: "socks5://127.0.0.1:1" },
      async () => {},
    ],
    [
      "it was something else",
      failureSaying("duplicate column name: a"),
      {},
      rejecting("SELF_SIGNED_CERT_IN_CHAIN", "x"),
    ],
    ["it was no failure of wrangler's", new Error("x"), {}, rejecting("SELF_SIGNED_CERT_IN_CHAIN", "x")],
  ])("is returned unchanged when %s", async (_, problem, env, ask) => {
    expect(await withNetworkCause(problem, env, ask)).toBe(problem);
  });
});

describe("a server that does not speak TLS", () => {
  const server = createServer((_, response) => response.end());
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it("is detected by a request to it", async () => {
    const { port } = server.address() as AddressInfo;
    const env = { CLOUDFLARE_API_BASE_URL: `https://127.0.0.1:${port}/client/v4` };
    const found = (await withNetworkCause(failed, env)) as Problem;
    expect([found.code, found.message]).toEqual([
      "NETWORK",
      expect.stringContaining("intercepts the encrypted"),
    ]);
  });
});
