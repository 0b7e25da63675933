import { once } from "node:events";
import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/**
 * `/healthz` (the process works), `/readyz` (it would take a job now), `/metrics`.
 * @throws Error when the port is taken.
 */
export async function startHealthServer(deps: {
  host: string;
  port: number;
  registry: Registry;
  /** What keeps the worker from taking jobs; undefined when nothing does. */
  notReady: () => string | undefined;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    switch (request.url?.split("?")[0]) {
      case "/healthz":
        return answer(response, 200, "ok\n");
      case "/readyz": {
        const reason = deps.notReady();
        return answer(response, reason ? 503 : 200, `${reason ?? "ready"}\n`);
      }
      case "/metrics":
        deps.registry.metrics().then(
          (text) => answer(response, 200, text, deps.registry.contentType),
          (error: unknown) => answer(response, 500, `${String(error)}\n`),
        );
        return undefined;
      default:
        return answer(response, 404, "here are /healthz, /readyz and /metrics\n");
    }
  });
  server.listen(deps.port, deps.host);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

function answer(response: ServerResponse, status: number, text: string, type = "text/plain") {
  response.writeHead(status, { "content-type": type }).end(text);
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, "close");
}
