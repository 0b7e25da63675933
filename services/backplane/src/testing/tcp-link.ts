import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A way to a server that a test can hold up and cut. */
export interface TcpLink {
  /** `url` with this link's host and port in place of the server's. */
  via(url: string): string;
  /** Lets no answer through, as a network does that drops packets. */
  hold(): void;
  /** Lets answers through again, the held ones too. */
  resume(): void;
  /** Ends every connection, and takes no new ones. */
  cut(): void;
}

/** `port`: where to listen; any free one by default. */
export async function openTcpLink(serverUrl: string, port = 0): Promise<TcpLink> {
  const target = new URL(serverUrl);
  const answers = new Set<Socket>();
  let held = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    answers.add(far);
    near.on("error", () => undefined).on("close", () => far.destroy());
    far.on("error", () => undefined).on("close", () => near.destroy() && answers.delete(far));
    near.pipe(far);
    far.on("data", (chunk) => near.write(chunk));
    if (held) far.pause();
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
  return {
    via(url) {
      const moved = new URL(url);
      moved.hostname = "127.0.0.1";
      moved.port = String((server.address() as AddressInfo).port);
      return moved.href;
    },
    hold() {
      held = true;
      for (const far of answers) far.pause();
    },
    resume() {
      held = false;
      for (const far of answers) far.resume();
    },
    cut() {
      server.close();
      for (const far of answers) far.destroy();
    },
  };
}

/** A port where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
