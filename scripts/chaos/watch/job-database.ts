import mongoose from "mongoose";

const { MongoClient, ObjectId } = mongoose.mongo;

/** What the harness looks at in a job's document. */
export interface JobRecord {
  id: string;
  /** Number of its submission, from its arguments. */
  number: number;
  status: string;
  attempt: number;
  revision: number;
  workerId?: string;
  availableAtMs: number;
  startedAtMs?: number;
  completedAtMs?: number;
  /** Of its last run, by its worker's monotonic clock. */
  executionTimeMs?: number;
  queueTimeMs?: number;
  resultJson?: string;
  error?: string;
  exitReason?: string;
  faults: number;
}

export interface LeaseRecord {
  workerId: string;
  epoch: number;
  leaseUntilMs: number;
}

/** Reads the database as somebody from outside. Every method throws while it is away. */
export interface JobDatabase {
  all(): Promise<JobRecord[]>;
  byIds(ids: readonly string[]): Promise<JobRecord[]>;
  runningOn(workerId: string): Promise<JobRecord[]>;
  countUnfinished(): Promise<number>;
  leases(): Promise<LeaseRecord[]>;
  close(): Promise<void>;
}

interface JobFields {
  _id: InstanceType<typeof ObjectId>;
  argsJson: string;
  status: string;
  attempt: number;
  revision: number;
  faults?: number;
  workerId?: string;
  availableAt: Date;
  startedAt?: Date;
  completedAt?: Date;
  executionTime?: number;
  queueTime?: number;
  resultJson?: string;
  error?: string;
  exit?: { reason: string };
}

interface WorkerFields {
  _id: string;
  epoch: number;
  leaseUntil: Date;
}

const terminal = ["COMPLETED", "FAILED", "CANCELLED"];
const withoutBodies = { code: 0, logs: 0 };

/** Connects now: a driver whose first connection fails in the middle may wait for ever. */
export async function openJobDatabase(url: string): Promise<JobDatabase> {
  // Short, because the harness goes on while the database is away.
  const client = new MongoClient(url, {
    serverSelectionTimeoutMS: 1_000,
    connectTimeoutMS: 1_000,
    socketTimeoutMS: 5_000,
  });
  await client.connect();
  const jobs = client.db().collection<JobFields>("jobs");
  const workers = client.db().collection<WorkerFields>("workers");
  const find = async (filter: object) =>
    (await jobs.find(filter, { projection: withoutBodies }).toArray()).map((fields) => toRecord(fields));
  return {
    all: () => find({}),
    byIds: (ids) => find({ _id: { $in: ids.map((id) => new ObjectId(id)) } }),
    runningOn: (workerId) => find({ status: "RUNNING", workerId }),
    countUnfinished: () => jobs.countDocuments({ status: { $nin: terminal } }),
    async leases() {
      const found = await workers.find().toArray();
      return found.map(({ _id, epoch, leaseUntil }) => ({ workerId: _id, epoch, leaseUntilMs: leaseUntil.getTime() }));
    },
    close: () => client.close(),
  };
}

function toRecord(fields: JobFields): JobRecord {
  const { attempt, status, revision, workerId, resultJson, error } = fields;
  return {
    id: fields._id.toHexString(),
    number: Number((JSON.parse(fields.argsJson) as unknown[])[0]),
    status,
    attempt,
    revision,
    faults: fields.faults ?? 0,
    availableAtMs: fields.availableAt.getTime(),
    ...defined({
      workerId,
      resultJson,
      error,
      startedAtMs: fields.startedAt?.getTime(),
      completedAtMs: fields.completedAt?.getTime(),
      executionTimeMs: fields.executionTime,
      queueTimeMs: fields.queueTime,
      exitReason: fields.exit?.reason,
    }),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
