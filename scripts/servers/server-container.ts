import type { Setup } from "../lib/setup.ts";
import type { DockerEngine } from "./docker-engine.ts";

export interface ServerContainer {
  name: string;
  image: string;
  /** Arguments of the server besides its port. */
  command: string[];
  /** The image's own port; where the host's network is shared, the server is told to use `port`. */
  imagePort: number;
  portFlag: string;
  port: number;
  dataDir: string;
  imageDataDir: string;
}

/** Runs a database from its official image, reachable on loopback only, and removes it when we stop. Its data stays. */
export async function startServerContainer(setup: Setup, engine: DockerEngine, server: ServerContainer): Promise<void> {
  const name = `${setup.instance}-${server.name}`;
  await engine.docker
    .getContainer(name)
    .remove({ force: true })
    .catch(() => {}); // left by an earlier run that was killed
  const portInside = engine.isOurs ? server.port : server.imagePort;
  const container = await engine.docker.createContainer({
    name,
    Image: server.image,
    Cmd: [
      ...server.command,
      server.portFlag,
      String(portInside),
      ...(engine.isOurs ? [bindFlag(server), "127.0.0.1"] : []),
    ],
    ExposedPorts: { [`${portInside}/tcp`]: {} },
    HostConfig: {
      Binds: [`${server.dataDir}:${server.imageDataDir}`],
      ...(engine.isOurs
        ? { NetworkMode: "host" }
        : { PortBindings: { [`${portInside}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(server.port) }] } }),
    },
  });
  setup.supervisor.defer(server.name, async () => {
    await container.stop({ t: 10 }).catch(() => {}); // already stopped is as good
    await container.remove({ force: true });
  });
  await container.start();
  void container.wait().then(
    () =>
      setup.supervisor.reportDeath(`The container ${name} (${server.image}) ended. Its data is in ${server.dataDir}.`),
    () => {},
  );
}

function bindFlag(server: ServerContainer): string {
  return server.name === "mongo" ? "--bind_ip" : "--bind";
}
