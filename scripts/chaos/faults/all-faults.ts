import type { Fault } from "../fault.ts";
import { apiKill } from "./api-kill.ts";
import { apiTerm } from "./api-term.ts";
import { clockSkew } from "./clock-skew.ts";
import { containerKill } from "./container-kill.ts";
import { dockerKill } from "./docker-kill.ts";
import { dockerTerm } from "./docker-term.ts";
import { latePackets } from "./late-packets.ts";
import { mongoDiskFull } from "./mongo-disk-full.ts";
import { mongoFreeze } from "./mongo-freeze.ts";
import { mongoKill } from "./mongo-kill.ts";
import { mongoTerm } from "./mongo-term.ts";
import { partitionMongo } from "./partition-mongo.ts";
import { partitionRedis } from "./partition-redis.ts";
import { redisDiskFull } from "./redis-disk-full.ts";
import { redisEmpty } from "./redis-empty.ts";
import { redisKill } from "./redis-kill.ts";
import { redisTerm } from "./redis-term.ts";
import { workerFreeze } from "./worker-freeze.ts";
import { workerKill } from "./worker-kill.ts";
import { workerTerm } from "./worker-term.ts";

/** In the order of the report. */
export const allFaults: readonly Fault[] = [
  workerKill,
  workerTerm,
  workerFreeze,
  apiKill,
  apiTerm,
  redisKill,
  redisTerm,
  redisEmpty,
  redisDiskFull,
  mongoKill,
  mongoTerm,
  mongoFreeze,
  mongoDiskFull,
  dockerKill,
  dockerTerm,
  containerKill,
  partitionRedis,
  partitionMongo,
  latePackets,
  clockSkew,
];
