import { ClientEvent, ServerEvent, isTerminal } from "@lambda-lite/shared";
import type { Job, JobSummary } from "@lambda-lite/shared";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiClient } from "../../../lib/api-client.ts";
import { socket } from "../../../lib/socket.ts";
import { newest } from "./newest.ts";

/** How often a running job is looked at while live updates don't come, in ms. */
const FALLBACK_POLL_MS = 2_000;

export const jobQuery = (id: string) => queryOptions({ queryKey: ["job", id], queryFn: () => apiClient.getJob(id) });

/**
 * One job, kept current. Events carry no code and no logs: they change what is known at once, and at the end the
 * whole job is read.
 */
export function useJob(id: string) {
  const client = useQueryClient();
  useEffect(() => {
    const options = jobQuery(id);

    function onUpdate(update: JobSummary) {
      if (update.id !== id) return;
      const known = client.getQueryData<Job>(options.queryKey);
      if (known && update.revision > known.revision) {
        client.setQueryData<Job>(options.queryKey, newest(known, { ...known, ...update }));
        if (isTerminal(update.status)) void client.invalidateQueries(options);
      }
    }
    function subscribe() {
      socket.emit(ClientEvent.JOB_SUBSCRIBE, { jobId: id }, (answer) => {
        if (answer.ok) onUpdate(answer.job);
      });
    }

    socket.on(ServerEvent.JOB_UPDATE, onUpdate);
    // Again after each reconnect: the server forgot us, and what happened meanwhile is in its answer.
    socket.on("connect", subscribe);
    if (socket.connected) subscribe();
    return () => {
      socket.off(ServerEvent.JOB_UPDATE, onUpdate);
      socket.off("connect", subscribe);
      if (socket.connected) socket.emit(ClientEvent.JOB_UNSUBSCRIBE, { jobId: id }, () => undefined);
    };
  }, [id, client]);

  return useQuery({
    ...jobQuery(id),
    // Structural sharing would be lost work: an answer may be older than what an event already told.
    structuralSharing: (known, arrived) => newest(known as Job | undefined, arrived as Job),
    refetchInterval: ({ state }) =>
      state.data && !isTerminal(state.data.status) && !socket.connected ? FALLBACK_POLL_MS : false,
  });
}
