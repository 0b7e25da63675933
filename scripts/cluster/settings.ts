/** What the environment says about the cluster. Everything has a default that fits kind and the official images. */
export interface ClusterSettings {
  /** Called with an image's name; brings it from the Docker engine (DOCKER_HOST) into the cluster. */
  loadCommand?: string;
  /** Installs KEDA, where its Helm chart can't be had. */
  kedaCommand?: string;
  /** A chart in place of this checkout's: a folder, an archive, or an oci:// address. */
  chart?: string;
  mongoImage?: string;
  redisImage?: string;
  dindImage?: string;
  /** Nodes that run Docker: the path of its socket there, and the group that may use it. */
  hostSocket?: string;
  hostSocketGid: number;
}

export function readClusterSettings(env: NodeJS.ProcessEnv): ClusterSettings {
  const named = (key: keyof ClusterSettings, name: string) => (env[name] ? { [key]: env[name] } : {});
  return {
    ...named("loadCommand", "CLUSTER_LOAD_COMMAND"),
    ...named("kedaCommand", "CLUSTER_KEDA_COMMAND"),
    ...named("chart", "CLUSTER_CHART"),
    ...named("mongoImage", "CLUSTER_MONGO_IMAGE"),
    ...named("redisImage", "CLUSTER_REDIS_IMAGE"),
    ...named("dindImage", "CLUSTER_DIND_IMAGE"),
    ...named("hostSocket", "CLUSTER_HOST_SOCKET"),
    hostSocketGid: Number(env["CLUSTER_HOST_SOCKET_GID"] || 0),
  };
}
