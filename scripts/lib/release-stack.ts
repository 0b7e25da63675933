/**
 * What has to be undone, registered right after it was done. Released once, the latest first, and to the end:
 * an undo that fails doesn't keep the others from running.
 */
export interface ReleaseStack {
  defer(name: string, undo: () => Promise<void>): void;
  releaseAll(onError: (name: string, error: unknown) => void): Promise<void>;
}

export function createReleaseStack(): ReleaseStack {
  const undos: { name: string; undo: () => Promise<void> }[] = [];
  return {
    defer: (name, undo) => void undos.push({ name, undo }),
    async releaseAll(onError) {
      // Looks again each time: something that was being started meanwhile may register itself.
      for (let next = undos.pop(); next; next = undos.pop()) {
        await next.undo().catch((error: unknown) => onError(next.name, error));
      }
    },
  };
}
