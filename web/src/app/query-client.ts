import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isUnauthenticated, mayPass } from "../lib/api-error.ts";

const RETRIES = 3;

export function createQueryClient(onUnauthenticated: () => void): QueryClient {
  const onError = (error: Error) => {
    if (isUnauthenticated(error)) onUnauthenticated();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // "always": the API may be on this very machine, which works without a network too.
      queries: {
        networkMode: "always",
        retry: (failures, error) => failures < RETRIES && mayPass(error),
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: "always" },
    },
  });
}
