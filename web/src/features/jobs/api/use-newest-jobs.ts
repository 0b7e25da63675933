import { ClientEvent, ServerEvent } from "@lambda-lite/shared";
import type { JobListItem, JobPage } from "@lambda-lite/shared";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiClient } from "../../../lib/api-client.ts";
import { socket } from "../../../lib/socket.ts";
import { mergeIntoList } from "./newest.ts";

const LIST_SIZE = 10;

const newestJobsQuery = queryOptions({
  queryKey: ["jobs", "newest"],
  queryFn: () => apiClient.listJobs({ limit: LIST_SIZE }),
});

/** The ten newest jobs, kept current. */
export function useNewestJobs() {
  const client = useQueryClient();
  useEffect(() => {
    function onFrame({ jobs }: { jobs: JobListItem[] }) {
      client.setQueryData<JobPage>(
        newestJobsQuery.queryKey,
        (page) => page && { ...page, jobs: mergeIntoList(page.jobs, jobs, LIST_SIZE) },
      );
    }
    function subscribe() {
      // What happened before is read afterwards, so that nothing falls in between.
      socket.emit(ClientEvent.JOBS_SUBSCRIBE, {}, () => void client.invalidateQueries(newestJobsQuery));
    }

    socket.on(ServerEvent.JOBS_UPDATE, onFrame);
    socket.on("connect", subscribe);
    if (socket.connected) subscribe();
    return () => {
      socket.off(ServerEvent.JOBS_UPDATE, onFrame);
      socket.off("connect", subscribe);
      if (socket.connected) socket.emit(ClientEvent.JOBS_UNSUBSCRIBE, {}, () => undefined);
    };
  }, [client]);
  return useQuery(newestJobsQuery);
}
