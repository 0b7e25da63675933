import { useMutation, useQueryClient } from "@tanstack/react-query";
import { apiClient } from "../../../lib/api-client.ts";
import { socket } from "../../../lib/socket.ts";
import { jobQuery } from "./use-job.ts";
import { newestJobsQuery } from "./use-newest-jobs.ts";

/** Submits, and knows the job from the answer on. */
export function useSubmitJob(onSubmitted: (id: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: apiClient.submitJob,
    onSuccess(job) {
      client.setQueryData(jobQuery(job.id).queryKey, job);
      // Connected, the list hears of it by itself.
      if (!socket.connected) void client.invalidateQueries(newestJobsQuery);
      onSubmitted(job.id);
    },
  });
}
