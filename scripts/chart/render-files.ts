/** Writes what follows from the chart: npm run chart:render */
import { writeFile } from "node:fs/promises";
import { relative } from "node:path";

import { findPrograms } from "../cluster/programs.ts";
import { root } from "../lib/paths.ts";
import { createScreen } from "../lib/screen.ts";
import { generatedFiles } from "./generated-files.ts";

const screen = createScreen();
const { helm } = await findPrograms(process.env);
for (const { path, make } of generatedFiles) {
  await writeFile(path, await make(helm));
  screen.line(`wrote ${relative(root, path)}`);
}
