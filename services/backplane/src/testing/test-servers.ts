/** Real servers for tests; `npm test` starts them and names them in the environment. */
export interface TestServers {
  mongoUrl: string;
  redisUrl: string;
  dockerHost: string;
  sandboxImage: string;
  chromium: string;
}

/** @throws Error when a server isn't named: these tests have no stand-ins to fall back on. */
export function testServers(env: NodeJS.ProcessEnv = process.env): TestServers {
  const read = (name: string) => {
    const value = env[`LAMBDALITE_TEST_${name}`];
    if (!value) throw new Error(`LAMBDALITE_TEST_${name} is not set: run the tests by npm test`);
    return value;
  };
  return {
    get mongoUrl() {
      return read("MONGO_URL");
    },
    get redisUrl() {
      return read("REDIS_URL");
    },
    get dockerHost() {
      return read("DOCKER_HOST");
    },
    get sandboxImage() {
      return read("SANDBOX_IMAGE");
    },
    get chromium() {
      return read("CHROMIUM");
    },
  };
}

/** Names of a database and a Redis prefix that no other test uses. */
export function uniqueNames(): { database: string; redisPrefix: string } {
  const id = crypto.randomUUID().slice(0, 8);
  return { database: `test_${id}`, redisPrefix: `test-${id}` };
}

/** The server's URL with another database. */
export function withDatabase(mongoUrl: string, database: string): string {
  const url = new URL(mongoUrl);
  url.pathname = `/${database}`;
  return url.href;
}
