import { ClientEvent, ServerEvent } from "@lambda-lite/shared";
import type { JobListItem } from "@lambda-lite/shared";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { apiClient } from "../../../lib/api-client.ts";
import { isUnauthenticated } from "../../../lib/api-error.ts";
import { keepJoined, socket } from "../../../lib/socket.ts";
import { useConnected } from "../../../lib/use-connected.ts";
import { mergeIntoList } from "./newest.ts";

const LIST_SIZE = 10;
/** How often the list is read while live updates don't come, in ms. */
const POLL_MS = 5_000;

export const newestJobsQuery = queryOptions({
  queryKey: ["jobs", "newest"],
  queryFn: () => apiClient.listJobs({ limit: LIST_SIZE }),
});

/** The ten newest jobs, kept current: what was read, and over it what events told. */
export function useNewestJobs() {
  const connected = useConnected();
  const changes = useChanges();
  const { data, error, refetch } = useQuery({
    ...newestJobsQuery,
    refetchInterval: ({ state }) => (connected || isUnauthenticated(state.error) ? false : POLL_MS),
  });
  return { jobs: data && mergeIntoList(data.jobs, changes, LIST_SIZE), error, retry: () => void refetch() };
}

/** What events told. Of more jobs than the list shows, the oldest are forgotten. */
function useChanges(): readonly JobListItem[] {
  const client = useQueryClient();
  const [changes, setChanges] = useState<readonly JobListItem[]>([]);
  useEffect(() => {
    function onFrame({ jobs }: { jobs: JobListItem[] }) {
      setChanges((known) => mergeIntoList(known, jobs, LIST_SIZE));
    }
    function join() {
      // What happened before is read afterwards, so that nothing falls in between.
      socket.emit(ClientEvent.JOBS_SUBSCRIBE, {}, () => void client.invalidateQueries(newestJobsQuery));
    }
    function leave() {
      socket.emit(ClientEvent.JOBS_UNSUBSCRIBE, {}, () => undefined);
    }

    socket.on(ServerEvent.JOBS_UPDATE, onFrame);
    const stop = keepJoined(join, leave);
    return () => {
      socket.off(ServerEvent.JOBS_UPDATE, onFrame);
      stop();
    };
  }, [client]);
  return changes;
}
