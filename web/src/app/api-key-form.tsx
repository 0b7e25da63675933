import { useState } from "react";
import { Button } from "../components/ui/button.tsx";
import { Card } from "../components/ui/card.tsx";
import { Field } from "../components/ui/field.tsx";

/** Asks for the API's key, when it wants one. */
export function ApiKeyForm({ onKey }: { onKey: (key: string) => void }) {
  const [key, setKey] = useState("");
  return (
    <Card title="This API wants a key" className="mx-auto w-full max-w-md">
      <form
        className="flex flex-col gap-2 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== "") onKey(key.trim());
        }}
      >
        <p className="text-muted text-sm">It is kept in this tab only, and forgotten when you close it.</p>
        <Field
          label="API key"
          type="password"
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <Button type="submit" variant="primary">
          Use this key
        </Button>
      </form>
    </Card>
  );
}
