import { QueryCache, MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../lib/api-error.ts";
import { apiKey } from "../lib/api-key.ts";
import { socket } from "../lib/socket.ts";
import { ApiKeyForm } from "./api-key-form.tsx";
import { Header } from "./header.tsx";
import { Workbench } from "./workbench.tsx";

export function App() {
  const [keyWanted, setKeyWanted] = useState(false);
  const [client] = useState(() => createQueryClient(() => setKeyWanted(true)));

  function takeKey(key: string) {
    apiKey.set(key);
    setKeyWanted(false);
    socket.disconnect().connect();
    void client.resetQueries();
  }

  return (
    <QueryClientProvider client={client}>
      <Header />
      {keyWanted ? (
        <main className="p-6">
          <ApiKeyForm onKey={takeKey} />
        </main>
      ) : (
        <Workbench />
      )}
    </QueryClientProvider>
  );
}

function createQueryClient(onUnauthenticated: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.status === 401) onUnauthenticated();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // What the API refused it will refuse again; an absent one may come back.
        retry: (failures, error) =>
          failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
        refetchOnWindowFocus: false,
      },
    },
  });
}
