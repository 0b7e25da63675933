import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { apiKey } from "../lib/api-key.ts";
import { socket } from "../lib/socket.ts";
import { ApiKeyDialog } from "./api-key-dialog.tsx";
import { Header } from "./header.tsx";
import { createQueryClient } from "./query-client.ts";
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
      <ErrorBoundary what="The page">
        <Workbench />
      </ErrorBoundary>
      {keyWanted && <ApiKeyDialog onKey={takeKey} onClose={() => setKeyWanted(false)} />}
    </QueryClientProvider>
  );
}
