export * from "./manual-clock.ts";
export * from "./test-backplane.ts";
export * from "./test-servers.ts";
export * from "./tcp-proxy.ts";
