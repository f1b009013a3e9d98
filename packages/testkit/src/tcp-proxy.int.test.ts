import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import { startTcpProxy } from "./tcp-proxy.ts";
import { createTempFolder } from "./temp-folder.ts";

async function startEcho() {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => socket.write(bytes));
    socket.on("end", () => socket.end("bye"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function client(port: number) {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  let text = "";
  let ended = false;
  const errors: string[] = [];
  socket.on("data", (bytes) => {
    text += bytes.toString();
  });
  socket.on("end", () => {
    ended = true;
  });
  socket.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message));
  return { socket, text: () => text, ended: () => ended, errors, [Symbol.dispose]: () => socket.destroy() };
}

const see = (peer: ReturnType<typeof client>, text: string) =>
  eventually(() => peer.text() === text, { what: `"${text}" to arrive, got "${peer.text()}"` });

test("bytes and ends pass through in both directions and are counted", async () => {
  await using echo = await startEcho();
  await using proxy = await startTcpProxy(echo);
  using peer = client(proxy.port);
  peer.socket.write("hello");
  await see(peer, "hello");
  peer.socket.end();
  await see(peer, "hellobye");
  await eventually(() => proxy.counters().open === 0, { what: "the pair to be forgotten" });
  expect(proxy.counters()).toMatchObject({ accepted: 1, bytesToTarget: 5, bytesToClient: 8, cut: 0 });
});

test("cut resets open connections and lets new ones through", async () => {
  await using echo = await startEcho();
  await using proxy = await startTcpProxy(echo);
  using peer = client(proxy.port);
  peer.socket.write("a");
  await see(peer, "a");
  proxy.cut();
  await eventually(() => peer.errors.includes("ECONNRESET"), { what: "a reset" });
  using second = client(proxy.port);
  second.socket.write("b");
  await see(second, "b");
});

test("a target on a Unix socket is cut off like one on a port", async () => {
  using folder = createTempFolder("cordon-proxy");
  const path = `${folder.path}/echo.sock`;
  const server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  server.listen(path);
  await once(server, "listening");
  await using proxy = await startTcpProxy({ path });
  using peer = client(proxy.port);
  peer.socket.write("a");
  await see(peer, "a");
  proxy.cut();
  await eventually(() => peer.errors.includes("ECONNRESET"), { what: "a reset" });
  server.close();
  await once(server, "close");
});

test("refuse turns connections away until healed, on the same port", async () => {
  await using echo = await startEcho();
  await using proxy = await startTcpProxy(echo);
  await proxy.refuse();
  using refused = client(proxy.port);
  await eventually(() => refused.errors.includes("ECONNREFUSED"), { what: "a refusal" });
  await proxy.heal();
  using peer = client(proxy.port);
  peer.socket.write("a");
  await see(peer, "a");
});

test("a blackhole holds bytes back without closing anything", async () => {
  await using echo = await startEcho();
  await using proxy = await startTcpProxy(echo);
  using peer = client(proxy.port);
  peer.socket.write("a");
  await see(peer, "a");
  proxy.blackhole();
  peer.socket.write("b");
  using second = client(proxy.port);
  second.socket.write("c");
  await eventually(() => proxy.counters().accepted === 2, { what: "the second connection to be accepted" });
  expect([peer.text(), second.text(), proxy.counters().bytesToTarget]).toEqual(["a", "", 1]);
  await proxy.heal();
  await see(peer, "ab");
  await see(second, "c");
});

test("a blackhole in one direction lets the other one flow: the request arrives, its answer does not", async () => {
  await using echo = await startEcho();
  await using proxy = await startTcpProxy(echo);
  using peer = client(proxy.port);
  await eventually(() => proxy.counters().accepted === 1, { what: "the connection" });
  proxy.blackhole("toClient");
  peer.socket.write("a");
  await eventually(() => proxy.counters().bytesToTarget === 1, { what: "the request to arrive" });
  expect(proxy.counters().bytesToClient).toBe(0);
  await proxy.heal();
  await see(peer, "a");
});

test("exactly the allowed number of bytes arrives before the cut", async () => {
  await using echo = await startEcho();
  await using proxy = await startTcpProxy(echo);
  using peer = client(proxy.port);
  proxy.cutAfter("toClient", 3);
  peer.socket.write("abcdef");
  await eventually(() => peer.errors.length > 0, { what: "the cut" });
  expect(proxy.counters()).toMatchObject({ bytesToTarget: 6, bytesToClient: 3, cut: 1, open: 0 });
});

test("half-closing towards the client leaves the other direction open", async () => {
  await using echo = await startEcho();
  await using proxy = await startTcpProxy(echo);
  using peer = client(proxy.port);
  peer.socket.write("a");
  await see(peer, "a");
  proxy.halfClose("toClient");
  await eventually(() => peer.ended(), { what: "the end of the stream" });
  peer.socket.write("b");
  await eventually(() => proxy.counters().bytesToTarget === 2, { what: "bytes to still go out" });
});

test("delayed chunks keep their order, and the end comes after them", async () => {
  await using echo = await startEcho();
  await using proxy = await startTcpProxy(echo);
  using peer = client(proxy.port);
  await eventually(() => proxy.counters().accepted === 1, { what: "the connection" });
  proxy.delay(30);
  peer.socket.write("a");
  proxy.delay(5);
  peer.socket.write("b");
  peer.socket.end();
  await see(peer, "abbye");
});
