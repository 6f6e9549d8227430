import { createServer, request, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll } from "vitest";
import type { Certificate } from "./certificates.js";

/**
 * Starts servers on 127.0.0.1 that are closed after the tests of a file.
 * @returns a function that starts one and returns its port
 */
export function disposableServers(): (server: Server) => Promise<number> {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });
  return async (server) => {
    servers.push(server);
    // Sockets handed over to a proxy no longer belong to the server.
    server.on("connection", (socket: Socket) => void sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  };
}

/**
 * Acts like a company's proxy in front of a server: the same responses, under its own certificate.
 * @param target the server's port
 */
export function tlsBefore(target: number, { cert, key }: Certificate): Server {
  return createTlsServer({ cert, key }, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const passed = request({ host: "127.0.0.1", port: target, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
}

/**
 * Returns a proxy that forwards every connection to one port, whatever was requested.
 * @param login the user and password that it requires, separated by a colon
 */
export function proxyTo(target: number, login: string | null = null): Server {
  return createServer().on("connect", ({ headers }, socket: Socket) => {
    socket.on("error", () => {});
    const wanted = login === null ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
    if (headers["proxy-authorization"] !== wanted) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const onward = connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
  });
}
