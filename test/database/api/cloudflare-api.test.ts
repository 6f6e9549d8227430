import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { CloudflareApi } from "../../../src/database/api/cloudflare-api.js";
import type { DatabaseFailure } from "../../../src/database/failures.js";
import { Interruption } from "../../../src/lib/interruption.js";
import { connectionTo } from "../../support/connections.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server that answers in the given way. @returns its address */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const connection = connectionTo("remote", { accountId: "0123456789abcdef0123456789abcdef" });

function apiAt(baseUrl: string, timeoutSeconds = 20, interruption = new Interruption()): CloudflareApi {
  return new CloudflareApi({
    credentials: {
      ...{ baseUrl, headers: { authorization: "Bearer secret" }, names: ["CLOUDFLARE_API_TOKEN"] },
      accountId: null,
    },
    ...{ timeoutSeconds, env: {}, interruption, trace: () => {} },
  });
}

/** The failure of a query to a server that answers in the given way. */
async function problemOf(answer: RequestListener, timeoutSeconds?: number): Promise<DatabaseFailure> {
  const api = apiAt(await serve(answer), timeoutSeconds);
  const failed = api.execute(connection, ["SELECT 1"]);
  return await failed.then(
    () => expect.unreachable("it worked"),
    (error) => error as DatabaseFailure,
  );
}

const json = (body: unknown, status = 200, headers = {}): RequestListener => {
  return (_, response) => void response.writeHead(status, headers).end(JSON.stringify(body));
};
const page = (text: string, status: number): RequestListener => {
  return (_, response) => void response.writeHead(status, { "content-type": "text/html" }).end(text);
};

describe("a request", () => {
  it("carries all statements, with the token in a header", async () => {
    const asked: [IncomingMessage, string][] = [];
    const baseUrl = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      asked.push([request, Buffer.concat(chunks).toString()]);
      const results = ["a", "b"].map((x) => ({ success: true, results: [{ x }] }));
      response.end(JSON.stringify({ success: true, errors: [], result: results }));
    });
    expect(await apiAt(baseUrl).execute(connection, ["SELECT 'a' AS x", "SELECT 'b' AS x"])).toEqual([
      { rows: [{ x: "a" }] },
      { rows: [{ x: "b" }] },
    ]);
    expect(asked).toHaveLength(1);
    const [[request, body] = []] = asked;
    expect(request?.headers.authorization).toBe("Bearer secret");
    expect(JSON.parse(body ?? "")).toEqual({ sql: "SELECT 'a' AS x;\nSELECT 'b' AS x;" });
  });

  it("reports the number and text of an error, even with HTTP 200", async () => {
    for (const status of [200, 400]) {
      const errors = [{ code: 7500, message: "duplicate column name: metadata: SQLITE_ERROR" }];
      const failure = await problemOf(json({ success: false, errors, result: null }, status));
      expect(failure).toMatchObject({
        code: "SQL_FAILED",
        numbers: [7500],
        transient: false,
        refused: false,
      });
      expect(failure.message).toContain("Cloudflare said: duplicate column name: metadata: SQLITE_ERROR");
    }
  });

  it("reports how long a server asks to wait, in seconds or as a date", async () => {
    const errors = [{ code: 7429, message: "D1 DB is overloaded." }];
    const later = new Date(Date.now() + 30_000).toUTCString();
    for (const [header, seconds] of [
      ["7", /retry after 7 s/],
      [later, /retry after (29|30) s/],
    ] as const) {
      const failure = await problemOf(json({ success: false, errors }, 429, { "retry-after": header }));
      expect(failure.said).toMatch(seconds);
      expect(failure).toMatchObject({ code: "OVERLOADED", refused: true });
    }
  });
});

describe("a new database", () => {
  it.each([
    [
      { location: "weur", jurisdiction: null },
      { name: "kv", primary_location_hint: "weur" },
    ],
    [
      { location: null, jurisdiction: "eu" },
      { name: "kv", jurisdiction: "eu" },
    ],
    [{ location: null, jurisdiction: null }, { name: "kv" }],
  ])("is created with one request, in the requested place: %j", async (placement, body) => {
    const asked: unknown[] = [];
    const baseUrl = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      asked.push([request.method, request.url, JSON.parse(Buffer.concat(chunks).toString())]);
      response.end(JSON.stringify({ success: true, result: { uuid: "the-id", name: "kv" } }));
    });
    expect(await apiAt(baseUrl).create(connection, "kv", placement)).toBe("the-id");
    const path = "/accounts/0123456789abcdef0123456789abcdef/d1/database";
    expect(asked).toEqual([["POST", path, body]]);
  });
});

describe("a failed request", () => {
  it("whose connection is refused may be sent again, since nothing was started", async () => {
    const baseUrl = await serve(() => {});
    servers.splice(0).map((server) => server.close());
    const failed = apiAt(baseUrl).execute(connection, ["SELECT 1"]);
    await expect(failed).rejects.toMatchObject({
      code: "NETWORK",
      message: expect.stringMatching(/^Cloudflare could not be reached\. Node said: ECONNREFUSED/),
      ...{ transient: true, refused: true },
    });
  });

  const lost = /^The connection to Cloudflare was lost before it answered\./;
  it.each<[string, RequestListener, RegExp]>([
    ["cut before it begins", (request) => void request.socket.destroy(), lost],
    [
      "cut in the middle",
      (request, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("{", () => request.socket.destroy());
      },
      lost,
    ],
    ["a page", page("<title>Sign in</title>", 200), /malformed response from the API: HTTP 200 OK Sign in/],
    ["a page of a gateway", page("<h1>Time-out</h1>", 504), /HTTP 504 Gateway Timeout Time-out/],
    ["another document", json({ hello: 1 }), /malformed response/],
    ["no document", json(null), /malformed response/],
  ])("whose response is %s may have been carried out", async (_, answer, message) => {
    expect(await problemOf(answer)).toMatchObject({
      code: "NETWORK",
      message: expect.stringMatching(message),
      ...{ transient: true, refused: false, unsent: false },
    });
  });

  it("without a response in time is a TIMEOUT", async () => {
    const failure = await problemOf(() => {}, 0.2);
    expect([failure.code, failure.message]).toEqual(["TIMEOUT", "Cloudflare did not answer within 0.2 s."]);
  });

  it.each([[{ success: true, result: {} }], [{ success: true, result: [{ success: false, results: [] }] }]])(
    "with a malformed result is UNEXPECTED_OUTPUT: %j",
    async (body) => {
      expect(await problemOf(json(body))).toMatchObject({ code: "UNEXPECTED_OUTPUT" });
    },
  );

  it("is canceled by Ctrl-C if it reads, but not if it writes", async () => {
    const interruption = new Interruption();
    const baseUrl = await serve((_, response) => {
      interruption.request();
      setTimeout(() => response.end(JSON.stringify({ success: true, result: [] })), 200);
    });
    const api = apiAt(baseUrl, 20, interruption);
    const write = interruption.whileWriting(
      () => api.execute(connection, ["INSERT"]),
      () => {},
    );
    await expect(write).resolves.toEqual([]);
    await expect(api.execute(connection, ["SELECT 1"])).rejects.toMatchObject({ name: "Cancelled" });
  });
});

describe("a token", () => {
  it.each([301, 302, 303, 307, 308])("is not sent to the target of a redirect (%s)", async (status) => {
    const asked: unknown[] = [];
    const other = await serve((request, response) => {
      asked.push(request.headers);
      response.end("{}");
    });
    const failure = await problemOf((_, response) => {
      response.writeHead(status, { location: `${other}/client/v4` }).end();
    });
    expect(failure).toMatchObject({ code: "NETWORK", transient: false });
    expect(failure.message).toContain("answered with a redirect, which was not followed");
    expect(asked).toEqual([]);
  });

  it("is not sent with the download of an export, whose URL is itself a secret", async () => {
    const other: string[] = [];
    const store = await serve((request, response) => {
      other.push(String(request.headers.authorization));
      response.writeHead(403).end();
    });
    const baseUrl = await serve(
      json({ success: true, result: { status: "complete", result: { signed_url: store } } }),
    );
    await expect(apiAt(baseUrl).export(connection, "/nowhere/x.sql")).rejects.toMatchObject({
      name: "DatabaseFailure",
    });
    expect(other).toEqual(["undefined"]);
  });
});
