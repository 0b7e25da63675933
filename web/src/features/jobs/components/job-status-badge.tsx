import { ExitReason } from "@lambda-lite/shared";
import type { Exit, JobStatus } from "@lambda-lite/shared";

const TONES: Record<JobStatus, string> = {
  PENDING: "text-idle bg-idle/12",
  RUNNING: "text-busy bg-busy/12",
  COMPLETED: "text-good bg-good/12",
  FAILED: "text-bad bg-bad/12",
  CANCELLED: "text-idle bg-idle/12",
};

/** The status, and where it isn't plain, why: FAILED · TIMEOUT. */
export function JobStatusBadge({ status, exit }: { status: JobStatus; exit?: Exit | undefined }) {
  const reason = exit && exit.reason !== ExitReason.OK && exit.reason !== status ? exit.reason : undefined;
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap ${TONES[status]}`}
    >
      <span aria-hidden className={`size-1.5 rounded-full bg-current ${status === "RUNNING" ? "animate-pulse" : ""}`} />
      {status}
      {reason && <span className="font-normal opacity-90">· {reason}</span>}
    </span>
  );
}
