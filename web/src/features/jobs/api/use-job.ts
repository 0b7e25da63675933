import { ClientEvent, ServerEvent, isTerminal } from "@lambda-lite/shared";
import type { Job, JobSummary } from "@lambda-lite/shared";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { apiClient } from "../../../lib/api-client.ts";
import { mayPass } from "../../../lib/api-error.ts";
import { keepJoined, socket } from "../../../lib/socket.ts";
import { useConnected } from "../../../lib/use-connected.ts";
import { newest, withLive } from "./newest.ts";

/** How often a job is read while live updates don't come, or the API's answer lags behind them, in ms. */
const POLL_MS = 2_000;

export const jobQuery = (id: string) => queryOptions({ queryKey: ["job", id], queryFn: () => apiClient.getJob(id) });

export interface CurrentJob {
  job: Job | undefined;
  error: Error | null;
  /** Whether everything is known that will ever be: it ended, and its logs were read. */
  complete: boolean;
  retry: () => void;
}

/**
 * One job, kept current. Reading and listening are independent, so that neither can undo the other: an event that
 * comes before the first answer isn't lost, and an answer that was on its way doesn't overwrite a newer event.
 * Events carry no code and no logs; at the end the whole job is read once more.
 */
export function useJob(id: string): CurrentJob {
  const connected = useConnected();
  const live = useLiveSummary(id);
  const query = useQuery({
    ...jobQuery(id),
    structuralSharing: (known, arrived) => newest(known as Job | undefined, arrived as Job),
    refetchInterval: ({ state: { data, error } }) => {
      if (error) return mayPass(error) && POLL_MS;
      if (!data || isComplete(data, live)) return false;
      return !connected || isBehind(data, live) ? POLL_MS : false;
    },
  });
  const { data, refetch } = query;

  const ended = data !== undefined && isBehind(data, live);
  useEffect(() => {
    if (ended) void refetch();
  }, [ended, refetch]);

  return {
    job: data && withLive(data, live),
    error: query.error,
    complete: data !== undefined && isComplete(data, live),
    retry: () => void refetch(),
  };
}

/** Whether events told of an end that the answer doesn't know yet. */
function isBehind(read: Job, live: JobSummary | undefined): boolean {
  return live !== undefined && isTerminal(live.status) && live.revision > read.revision;
}

function isComplete(read: Job, live: JobSummary | undefined): boolean {
  return isTerminal(read.status) && !isBehind(read, live);
}

/** The newest state that events told of this job. */
function useLiveSummary(id: string): JobSummary | undefined {
  const [live, setLive] = useState<JobSummary>();
  useEffect(() => {
    function onUpdate(update: JobSummary) {
      if (update.id === id) setLive((known) => newest(known, update));
    }
    function join() {
      // The answer is the current state: what happened while we were away is in it. A refusal is the query's to show.
      socket.emit(ClientEvent.JOB_SUBSCRIBE, { jobId: id }, (answer) => {
        if (answer.ok) onUpdate(answer.job);
      });
    }
    function leave() {
      socket.emit(ClientEvent.JOB_UNSUBSCRIBE, { jobId: id }, () => undefined);
    }

    socket.on(ServerEvent.JOB_UPDATE, onUpdate);
    const stop = keepJoined(join, leave);
    return () => {
      socket.off(ServerEvent.JOB_UPDATE, onUpdate);
      stop();
    };
  }, [id]);
  return live?.id === id ? live : undefined;
}
