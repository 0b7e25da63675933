import { useMutation, useQueryClient } from "@tanstack/react-query";
import { apiClient } from "../../../lib/api-client.ts";
import { jobQuery } from "./use-job.ts";

/** Has a job stopped. That it had ended before is no error here: the page shows how. */
export function useCancelJob(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiClient.cancelJob(id),
    onSettled: () => client.invalidateQueries(jobQuery(id)),
  });
}
