import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";

/** An engine on a socket of its own that answers what a test wants: a real one doesn't hang or fail on demand. */
export interface StubEngine {
  docker: Docker;
  /** What it has been asked, as `METHOD /path`. */
  readonly asked: readonly string[];
  /** How many requests wait for the end of their answer. */
  open(): number;
  close(): Promise<void>;
}

export async function startStubEngine(answer: RequestListener): Promise<StubEngine> {
  const asked: string[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split("?")[0]}`);
    open += 1;
    response.on("close", () => (open -= 1));
    answer(request, response);
  });
  const dir = await mkdtemp(join(tmpdir(), "stub-engine-"));
  const socketPath = join(dir, "docker.sock");
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    docker: new Docker({ socketPath }),
    asked,
    open: () => open,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await rm(dir, { recursive: true });
    },
  };
}
