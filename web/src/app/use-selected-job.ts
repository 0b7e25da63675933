import { jobIdSchema } from "@lambda-lite/shared";
import { useCallback, useSyncExternalStore } from "react";

const PARAMETER = "job";

/** From the address bar, so that a reload and a link show the same job. What is no id counts as none. */
function read(): string | undefined {
  return jobIdSchema.safeParse(new URLSearchParams(location.search).get(PARAMETER)).data;
}

function subscribe(onChange: () => void): () => void {
  addEventListener("popstate", onChange);
  return () => removeEventListener("popstate", onChange);
}

export function useSelectedJob(): [string | undefined, (id: string) => void] {
  const selected = useSyncExternalStore(subscribe, read);
  const select = useCallback((id: string) => {
    if (id === read()) return;
    history.pushState(null, "", `?${PARAMETER}=${id}`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, []);
  return [selected, select];
}
