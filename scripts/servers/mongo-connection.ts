import mongoose from "mongoose";

const { MongoClient } = mongoose.mongo;

/** Code of a replica set that an earlier start has set up (error_codes.yml of MongoDB). */
const alreadyInitialized = 23;

export async function withMongo<T>(
  url: string,
  work: (client: InstanceType<typeof MongoClient>) => Promise<T>,
): Promise<T> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 3_000, connectTimeoutMS: 3_000 });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Resolves once it takes writes: a replica set has to elect its primary first. */
export async function pingMongo(url: string): Promise<void> {
  await withMongo(url, async (client) => {
    const hello = await client.db("admin").command({ hello: 1 });
    if (!hello["isWritablePrimary"]) throw new Error("it doesn't take writes");
  });
}

/** Makes a fresh mongod a replica set of one, which transactions and change streams need. */
export async function initiateReplicaSet(url: string, memberHost: string): Promise<void> {
  await withMongo(url, async (client) => {
    await client.db("admin").command({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: memberHost }] } });
  }).catch((error: { code?: number }) => {
    if (error.code !== alreadyInitialized) throw error as Error;
  });
}
