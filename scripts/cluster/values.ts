import type { ClusterSettings } from "./settings.ts";

export type Values = { [key: string]: unknown };

const small = { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "512Mi" } };

/** Values that fit two cores, with an autoscaler that is quick both ways. What isn't named here stays the default. */
export function testValues(settings: ClusterSettings, workerNamespace: string): Values {
  return merge(
    {
      credentials: { keepOnUninstall: false },
      api: { resources: small, preStopSleepSeconds: 3 },
      worker: {
        namespace: workerNamespace,
        createNamespace: true,
        resources: small,
        docker: {
          dind: { sizing: { memoryClassMb: 128, engineMb: 384 }, resources: { requests: { cpu: "20m" } } },
        },
      },
      autoscaling: {
        minReplicas: 1,
        maxReplicas: 4,
        behavior: {
          scaleDown: {
            stabilizationWindowSeconds: 10,
            policies: [{ type: "Pods", value: 4, periodSeconds: 5 }],
          },
        },
        keda: { pollingInterval: 2, cooldownPeriod: 10 },
      },
      mongo: { resources: small, persistence: { size: "1Gi" } },
      redis: { resources: small, persistence: { size: "1Gi" } },
      monitoring: { intervalSeconds: 5 },
    },
    standIns(settings),
  );
}

/** Images in place of the official ones. */
export function standIns({ mongoImage, redisImage, dindImage }: ClusterSettings): Values {
  const storage = ["--storage-path", "/data/db", "--sync-on-commit", "--cache-size", "256M"];
  return {
    ...(mongoImage && {
      mongo: {
        image: imageValues(mongoImage),
        args: ["--host", "0.0.0.0", "--port", "27017", ...storage],
        // It knows SCRAM, but not how the official image is told its first user.
        auth: { enabled: false },
      },
    }),
    ...(redisImage && { redis: { image: imageValues(redisImage) } }),
    ...(dindImage && {
      worker: {
        docker: {
          dind: {
            image: imageValues(dindImage),
            // Its entrypoint is the engine itself.
            command: [],
            // Its client may be newer than its engine.
            env: [{ name: "DOCKER_API_VERSION", value: "1.41" }],
          },
        },
      },
    }),
  };
}

export function imageValues(image: string): { repository: string; tag: string } {
  const colon = image.lastIndexOf(":");
  return { repository: image.slice(0, colon), tag: image.slice(colon + 1) };
}

/** The second wins; objects are joined, lists replaced. */
export function merge(first: Values, second: Values): Values {
  const joined: Values = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const other = joined[key];
    joined[key] = isValues(value) && isValues(other) ? merge(other, value) : value;
  }
  return joined;
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
