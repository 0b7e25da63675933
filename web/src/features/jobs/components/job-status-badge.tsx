import { ExitReason } from "@lambda-lite/shared";
import type { Exit, JobStatus } from "@lambda-lite/shared";
import { Badge } from "../../../components/ui/badge.tsx";
import type { Tone } from "../../../components/ui/badge.tsx";

const TONES: Record<JobStatus, Tone> = {
  PENDING: "idle",
  RUNNING: "busy",
  COMPLETED: "good",
  FAILED: "bad",
  CANCELLED: "idle",
};

/** The status, and where it isn't plain, why: FAILED · TIMEOUT. */
export function JobStatusBadge({ status, exit }: { status: JobStatus; exit?: Exit | undefined }) {
  const reason = exit && exit.reason !== ExitReason.OK && exit.reason !== status ? exit.reason : undefined;
  return (
    <Badge tone={TONES[status]} pulsing={status === "RUNNING" || status === "PENDING"}>
      {status}
      {reason && <span className="font-normal">· {reason}</span>}
    </Badge>
  );
}
