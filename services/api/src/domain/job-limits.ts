import { AppError } from "@lambda-lite/backplane/ports";
import { DEFAULT_LIMITS } from "@lambda-lite/shared";
import type { ResourceLimits, ValidJobSubmission } from "@lambda-lite/shared";

/** What the job asked for, and the usual for the rest. @throws AppError `VALIDATION_FAILED` beyond the operator's maxima. */
export function jobLimits({ timeout, limits }: ValidJobSubmission, maxima: ResourceLimits): ResourceLimits {
  const asked = { ...limits, ...(timeout !== undefined && { timeout }) };
  const whole: ResourceLimits = { ...DEFAULT_LIMITS };
  const errors: Array<{ path: string; message: string }> = [];
  for (const name of Object.keys(DEFAULT_LIMITS) as Array<keyof ResourceLimits>) {
    whole[name] = asked[name] ?? DEFAULT_LIMITS[name];
    if (whole[name] <= maxima[name]) continue;
    const path = name === "timeout" && timeout !== undefined ? "timeout" : `limits.${name}`;
    errors.push({ path, message: `must be at most ${maxima[name]} here` });
  }
  if (errors.length > 0) throw new AppError("VALIDATION_FAILED", undefined, { errors });
  return whole;
}
