import { createServer } from "node:net";

import { expect, test } from "vitest";

import { findPortHolder, listeningInodes } from "./port-holder.ts";

const header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const row = (local: string, state: string, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000 100 0 0 10 0`;

test("finds sockets that listen on the port, in both address families", () => {
  const table = [
    header,
    row("0100007F:1F40", "0A", 11),
    row("0100007F:1F41", "0A", 12),
    row(`${"0".repeat(32)}:1F40`, "0A", 13),
  ].join("\n");
  expect(listeningInodes(table, 8000)).toEqual(["11", "13"]);
});

test("ignores connections from that port", () => {
  expect(listeningInodes([header, row("0100007F:1F40", "01", 11)].join("\n"), 8000)).toEqual([]);
});

test("pads the port: 80 is 0050", () => {
  expect(
    listeningInodes([header, row("00000000:0050", "0A", 7), row("00000000:5000", "0A", 8)].join("\n"), 80),
  ).toEqual(["7"]);
});

test("names this process as the holder of its own port", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    expect(await findPortHolder(port)).toContain(`(pid ${process.pid})`);
  } finally {
    server.close();
  }
  expect(await findPortHolder(port)).toBeUndefined();
});
