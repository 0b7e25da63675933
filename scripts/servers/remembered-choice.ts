import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Which kind of server wrote the data of a folder: the same kind must read it next time. */
export interface RememberedChoice {
  read(): Promise<string | undefined>;
  write(name: string): Promise<void>;
}

export function rememberChoiceIn(dir: string): RememberedChoice {
  const file = join(dir, "served-by");
  return {
    read: async () => (await readFile(file, "utf8").catch(() => "")).trim() || undefined,
    async write(name) {
      await mkdir(dir, { recursive: true });
      await writeFile(file, `${name}\n`);
    },
  };
}
