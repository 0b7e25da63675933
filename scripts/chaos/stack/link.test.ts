import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, expect, test } from "vitest";

import { openLink } from "./link.ts";
import type { Link } from "./link.ts";

const closers: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server that keeps what it hears and echoes it. */
async function startEcho() {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      heard.push(String(chunk));
      socket.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return { port: (server.address() as AddressInfo).port, heard, connections: () => sockets.size };
}

async function open(port: number): Promise<{ link: Link; dial: () => { socket: Socket; said: string[] } }> {
  const link = await openLink(port);
  closers.push(link.close);
  return {
    link,
    dial() {
      const socket = connect(link.port, "127.0.0.1");
      socket.on("error", () => undefined);
      closers.push(() => void socket.destroy());
      const said: string[] = [];
      socket.on("data", (chunk) => said.push(String(chunk)));
      return { socket, said };
    },
  };
}

test("passes both ways", async () => {
  const echo = await startEcho();
  const { socket, said } = (await open(echo.port)).dial();
  socket.write("hello");
  await expect.poll(() => said).toEqual(["hello"]);
});

test("holds both ways, and lets pass what was held when it is resumed", async () => {
  const echo = await startEcho();
  const { link, dial } = await open(echo.port);
  const { socket, said } = dial();
  socket.write("a");
  await expect.poll(() => said).toEqual(["a"]);
  link.hold();
  socket.write("b");
  const late = dial();
  late.socket.write("c");
  await sleep(100);
  expect(echo.heard).toEqual(["a"]);
  link.resume();
  await expect.poll(() => said.join("")).toBe("ab");
  await expect.poll(() => late.said).toEqual(["c"]);
});

test("delivers what a sender said that is dead by now", async () => {
  const echo = await startEcho();
  const { link, dial } = await open(echo.port);
  const { socket, said } = dial();
  socket.write("a");
  await expect.poll(() => said).toEqual(["a"]);
  link.hold();
  socket.write("last words");
  await sleep(50);
  socket.resetAndDestroy();
  await sleep(50);
  link.resume();
  await expect.poll(() => echo.heard).toEqual(["a", "last words"]);
});

test("a server that is away ends the connection", async () => {
  const echo = await startEcho();
  const { dial } = await open(echo.port);
  await closers.shift()?.();
  const { socket } = dial();
  await once(socket, "close");
  expect(socket.destroyed).toBe(true);
});
