import { useState } from "react";
import { Button } from "../components/ui/button.tsx";
import { Dialog } from "../components/ui/dialog.tsx";
import { Field } from "../components/ui/field.tsx";
import { apiKey, isSendableKey } from "../lib/api-key.ts";

/** Asks for the API's key, when it wants one. The page stays behind it, with what was being written. */
export function ApiKeyDialog({ onKey, onClose }: { onKey: (key: string) => void; onClose: () => void }) {
  const [key, setKey] = useState("");
  // Asked although there is one: then it was that one which the API refused.
  const [problem, setProblem] = useState(() => (apiKey.get() ? "The API refused the last key" : undefined));
  return (
    <Dialog title="This API wants a key" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const trimmed = key.trim();
          if (isSendableKey(trimmed)) onKey(trimmed);
          else setProblem("A key is one word of letters, digits and signs");
        }}
      >
        <p className="text-muted mb-4 text-sm">It is kept in this tab only, and forgotten when you close it.</p>
        <Field
          label="API key"
          type="password"
          autoComplete="off"
          autoFocus
          value={key}
          error={problem}
          onChange={(event) => {
            setKey(event.target.value);
            setProblem(undefined);
          }}
        />
        <div className="mt-2 flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" variant="primary">
            Use this key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
