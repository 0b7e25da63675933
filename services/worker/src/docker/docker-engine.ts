import Docker from "dockerode";
import { ENGINE_DEADLINE_MS, withDeadline } from "./engine-deadline.ts";

/** What the worker needs to know of the engine that it drives. */
export interface EngineFacts {
  /** The engine's own identity: containers are only ever judged by workers of the same engine. */
  engineId: string;
  appArmor: boolean;
  /** `cgroupfs` or `systemd`: who makes the containers' control groups. */
  cgroupDriver: string;
}

/**
 * A client for `unix:///path`, `tcp://host:port` or `http(s)://host:port`, as in DOCKER_HOST.
 * @throws Error for any other address.
 */
export function connectDocker(dockerHost: string): Docker {
  const url = new URL(dockerHost);
  if (url.protocol === "unix:") return new Docker({ socketPath: url.pathname });
  if (!["tcp:", "http:", "https:"].includes(url.protocol)) {
    throw new Error(`DOCKER_HOST: ${url.protocol}// is not an address of a Docker engine`);
  }
  const protocol = url.protocol === "https:" ? "https" : "http";
  return new Docker({ protocol, host: url.hostname, port: Number(url.port || 2375) });
}

/** @throws when the engine doesn't answer. */
export async function readEngineFacts(docker: Docker): Promise<EngineFacts> {
  const info = (await withDeadline("info", ENGINE_DEADLINE_MS.ask, docker.info())) as {
    ID: string;
    SecurityOptions?: string[];
    CgroupDriver?: string;
  };
  return {
    engineId: info.ID,
    appArmor: (info.SecurityOptions ?? []).some((option) => option.startsWith("name=apparmor")),
    cgroupDriver: info.CgroupDriver ?? "none",
  };
}
