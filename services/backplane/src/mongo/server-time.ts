import type { JobModel } from "./job-model.ts";

/** The database's clock, for a bound that an index is to use. By the time of the next query it's a little past. */
export async function serverTime(jobs: JobModel): Promise<Date> {
  const admin = jobs.db.getClient().db("admin");
  const { localTime } = await admin.command({ hello: 1 });
  return localTime as Date;
}

/**
 * Expressions on the database's own clock, so that skewed clocks of ours decide nothing. They compare differences:
 * a stored date beside `$$NOW` itself is compared wrongly by one of the servers that speak Mongo's protocol.
 */

/** From now until the date in `field` (`$name`), in ms; negative when it is past. */
function untilMs(field: string) {
  return { $dateDiff: { startDate: "$$NOW", endDate: field, unit: "millisecond" } };
}

/** Whether the date in `field` has come. */
export const hasCome = (field: string) => ({ $lte: [untilMs(field), 0] });
/** Whether the date in `field` is still to come. */
export const isToCome = (field: string) => ({ $gt: [untilMs(field), 0] });
/** Whether the date in `field` has been past for longer than `ms`. */
export const isPastBy = (field: string, ms: number) => ({ $lt: [untilMs(field), -ms] });

/** The moment in `ms` from now. */
export const nowPlus = (ms: number | object) => ({
  $dateAdd: { startDate: "$$NOW", unit: "millisecond", amount: ms },
});
