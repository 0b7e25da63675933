import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A command as it went over the wire. */
export interface MongoCommand {
  name: string;
  collection: string;
  /** Whether it asks for a majority and the journal. */
  durable: boolean;
}

/** Stands before a Mongo server and writes down every command that passes. */
export interface CommandLog {
  url: string;
  commands: MongoCommand[];
  /** Whoever is connected through it is cut off. */
  close(): void;
}

/** Length of a message's header, and its op code for commands (MongoDB wire protocol, OP_MSG). */
const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** Behind the header: four bytes of flags and the kind of the first section, then a BSON document. */
const DOCUMENT_AT = HEADER_BYTES + 5;
const BSON_STRING = 2;

export async function openCommandLog(mongoUrl: string): Promise<CommandLog> {
  const { hostname, port } = new URL(mongoUrl);
  const commands: MongoCommand[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port || 27_017), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
      sockets.add(from);
    }
    let pending = Buffer.alloc(0);
    client.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= HEADER_BYTES && pending.length >= pending.readInt32LE(0)) {
        const length = pending.readInt32LE(0);
        const command = readCommand(pending.subarray(0, length));
        if (command) commands.push(command);
        pending = pending.subarray(length);
      }
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const via = new URL(mongoUrl);
  via.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Else the driver might learn the server's own address and go past this.
  via.searchParams.set("directConnection", "true");
  function close() {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
  return { url: via.href, commands, close };
}

/** The first element of a command's document names it, and says on which collection. */
function readCommand(message: Buffer): MongoCommand | undefined {
  if (message.readInt32LE(12) !== OP_MSG) return undefined;
  const nameAt = DOCUMENT_AT + 5;
  if (message[nameAt - 1] !== BSON_STRING) return undefined;
  const nameEnd = message.indexOf(0, nameAt);
  const valueAt = nameEnd + 5;
  const valueEnd = valueAt + message.readInt32LE(nameEnd + 1) - 1;
  return {
    name: message.toString("utf8", nameAt, nameEnd),
    collection: message.toString("utf8", valueAt, valueEnd),
    durable: message.includes("writeConcern\0") && message.includes("majority\0") && message.includes("j\0\x01"),
  };
}
