import type { Connection } from "mongoose";
import type { Random } from "../ports/index.ts";

/**
 * Identity of the installation that this database belongs to, made at its first start. Several may share a Docker
 * engine, and must leave each other's containers alone.
 */
export async function readInstallationId(connection: Connection, random: Random): Promise<string> {
  const settings = connection.collection<{ _id: string; id: string }>("settings");
  const fresh = { $ifNull: ["$id", { $literal: random.hex(8) }] };
  const found = await settings.findOneAndUpdate({ _id: "installation" }, [{ $set: { id: fresh } }], {
    upsert: true,
    returnDocument: "after",
  });
  if (!found) throw new Error("The installation's identity couldn't be read");
  return found.id;
}
