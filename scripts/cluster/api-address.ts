import { execa } from "execa";

import { freePort } from "../lib/free-port.ts";
import type { Programs } from "./programs.ts";
import type { Kubectl } from "./kubectl.ts";

export interface ApiAddress {
  current(): Promise<string>;
  close(): void;
}

/** The Service's own address where this machine reaches it, else a port-forward that is renewed when its pod goes. */
export function createApiAddress(kubectl: Kubectl, programs: Programs, namespace: string, service: string): ApiAddress {
  let known: string | undefined;
  let forward: { url: string; stop: () => void } | undefined;

  async function openForward(): Promise<string> {
    const port = await freePort();
    const child = execa(programs.kubectl, ["-n", namespace, "port-forward", `service/${service}`, `${port}:80`], {
      reject: false,
    });
    const opened = { url: `http://127.0.0.1:${port}`, stop: () => void child.kill() };
    forward = opened;
    void child.then(() => {
      if (forward === opened) forward = undefined;
    });
    for (let tries = 0; tries < 50 && !(await answers(opened.url)); tries++);
    return opened.url;
  }

  return {
    async current() {
      if (known) return known;
      if (forward) return forward.url;
      const { spec } = await kubectl.get("service", service, "-n", namespace);
      const direct = `http://${spec?.clusterIP}`;
      if (await answers(direct)) return (known = direct);
      return openForward();
    },
    close: () => forward?.stop(),
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
