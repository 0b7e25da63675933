import { useMutation, useQueryClient } from "@tanstack/react-query";
import { apiClient } from "../../../lib/api-client.ts";
import { jobQuery } from "./use-job.ts";

/** Submits, and knows the job from the answer on. */
export function useSubmitJob(onSubmitted: (id: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: apiClient.submitJob,
    onSuccess(job) {
      client.setQueryData(jobQuery(job.id).queryKey, job);
      onSubmitted(job.id);
    },
  });
}
