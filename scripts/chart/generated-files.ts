import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { root } from "../lib/paths.ts";
import { chartDir, renderText } from "./render.ts";
import { readValueRows, renderValuesTable } from "./values-table.ts";

/** A file that follows from the chart. A test fails when it isn't current. */
export interface GeneratedFile {
  path: string;
  make(helm: string): Promise<string>;
}

export const generatedFiles: readonly GeneratedFile[] = [
  { path: join(chartDir, "README.md"), make: makeReadme },
  { path: join(root, "manifests/rendered/lambda-lite.yaml"), make: makePlainManifests },
];

async function makeReadme(): Promise<string> {
  const rows = readValueRows(await readFile(join(chartDir, "values.yaml"), "utf8"));
  return `${intro}\n## Values\n\nMade from the comments of \`values.yaml\` by \`npm run chart:render\`. Lists and maps that are empty have no default shown.\n\n${renderValuesTable(rows)}\n`;
}

/** The labels that only Helm needs go: whoever applies the file has no Helm. */
async function makePlainManifests(helm: string): Promise<string> {
  const text = await renderText(helm, { valueFiles: [join(root, "manifests/rendered/values.yaml")] });
  const objects = text.split(/^---$/m).filter((object) => object.trim() && !object.includes("helm.sh/hook"));
  const plain = objects.map((object) => object.replaceAll(helmLabels, "").trim()).join("\n---\n");
  const header =
    "# Made from charts/lambda-lite by npm run chart:render; README.md beside it says how to apply it.\n---\n";
  // As `npm run format` would leave it.
  const formatted = await execa("oxfmt", ["--stdin-filepath=lambda-lite.yaml"], {
    input: `${header}${plain}\n`,
    cwd: root,
    preferLocal: true,
    stripFinalNewline: false,
  });
  return formatted.stdout;
}

const helmLabels = /^ *(helm\.sh\/chart|app\.kubernetes\.io\/managed-by): .*\n/gm;

const intro = `# Lambda-Lite

AWS-Lambda-like functions on your own Kubernetes: the API with its page, Mongo, Redis, and workers that KEDA scales on queue depth. Each worker starts a fresh container per job in its local Docker engine.

\`\`\`sh
helm install lambda-lite charts/lambda-lite -n lambda-lite --create-namespace
helm test lambda-lite -n lambda-lite
\`\`\`

- **Autoscaling.** With [KEDA](https://keda.sh) in the cluster the workers follow \`wait + prioritized + active\` of the queue, \`worker.concurrency\` jobs each; while the set \`<redisPrefix>:<queue>:pool-paused\` holds something, only \`active\` counts. Without KEDA the chart installs fixed replicas and says so. \`kubectl scale\` on the workers is reverted by KEDA; to hold a number, set the annotation \`autoscaling.keda.sh/paused-replicas\` through \`autoscaling.keda.annotations\`.
- **Production.** The chart's own Mongo and Redis are single servers. Use \`externalMongo\` and \`externalRedis\` with \`existingSecret\`.
- **Pod security.** Everything but the workers fits the \`restricted\` profile. Give the workers a namespace apart with \`worker.namespace\`, and enforce \`restricted\` on the release's. Secrets that you name yourself must exist in both.
- **Passwords** are generated at the first install and kept over upgrades. \`helm template\` can't see them: tools that render without a cluster (Argo CD, say) need \`credentials.existingSecret\`.
- **Uninstall** keeps the Secret and the volumes unless \`credentials.keepOnUninstall\` is false.
`;
