import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A TCP way to a server, which can be held up as by a network that drops packets. */
export interface Link {
  port: number;
  /** Nothing passes, in neither direction, and new connections hang. */
  hold(): void;
  /** What was held passes now, as packets do that are sent again: also those of a sender that is dead by now. */
  resume(): void;
  /** Ends every connection and takes no more. */
  close(): Promise<void>;
}

type Parcel = Buffer | "end";

export async function openLink(targetPort: number): Promise<Link> {
  let held = false;
  const waiting: Array<() => void> = [];
  const sockets = new Set<Socket>();

  /** Runs now, or in its turn when the link is resumed. */
  const pass = (work: () => void) => void (held ? waiting.push(work) : work());

  function carry(from: Socket, to: Socket): void {
    const deliver = (parcel: Parcel) => {
      if (to.destroyed) return;
      if (parcel === "end") to.end();
      else if (!to.write(parcel)) from.pause();
    };
    to.on("drain", () => from.resume());
    // What is held is kept here and not in the kernel, where a sender's death could discard it.
    from.on("data", (chunk: Buffer) => pass(() => deliver(chunk)));
    from.on("end", () => pass(() => deliver("end")));
    from.on("error", () => pass(() => to.destroy()));
    from.on("close", () => {
      sockets.delete(from);
      pass(() => void (from.errored ? to.destroy() : to.end()));
    });
    sockets.add(from);
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({
      port: targetPort,
      host: "127.0.0.1",
      allowHalfOpen: true,
      noDelay: true,
      autoSelectFamily: false,
    });
    carry(near, far);
    carry(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    hold() {
      held = true;
    },
    resume() {
      held = false;
      for (const work of waiting.splice(0)) work();
    },
    async close() {
      held = false;
      waiting.length = 0;
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
