/** `npm run cluster:up|deploy|down`: the project on a cluster of kind's own, on a developer's machine. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { buildAllImages } from "../images/all-images.ts";
import { publishedNames } from "../images/image-names.ts";
import { findProgram } from "../lib/find-program.ts";
import { root, stateDir } from "../lib/paths.ts";
import { runCommand } from "../lib/run-command.ts";
import { runToEnd } from "../lib/run-to-end.ts";
import { createSetup } from "../lib/setup.ts";
import { SetupError } from "../lib/setup-error.ts";
import { ensureDockerEngine } from "../servers/docker-engine.ts";
import { createHelm } from "./helm.ts";
import { ensureKeda } from "./keda.ts";
import { createKubectl } from "./kubectl.ts";
import { loadImages } from "./load-images.ts";
import { findPrograms } from "./programs.ts";
import { readClusterSettings } from "./settings.ts";

const cluster = "lambda-lite";
const setup = createSetup("cluster", process.env);

const actions: Record<string, () => Promise<void>> = { up, deploy, down };

/** Makes the cluster where there is none. */
async function up(): Promise<void> {
  const config = join(root, "manifests/kind.yaml");
  const args = ["create", "cluster", "--name", cluster, "--wait", "120s"];
  await kind([...args, ...(existsSync(config) ? ["--config", config] : [])]);
  setup.screen.line("\nNow: npm run cluster:deploy");
}

/** Builds the images, brings them into the cluster, and installs or upgrades the release. */
async function deploy(): Promise<void> {
  const programs = await findPrograms(process.env);
  const [kubectl, helm] = [createKubectl(programs.kubectl), createHelm(programs.helm)];
  await kubectl.run("config", "use-context", `kind-${cluster}`).catch(() => {
    throw new SetupError("The cluster isn't there. Run: npm run cluster:up");
  });
  const { docker, host } = await ensureDockerEngine(setup, join(stateDir, "cluster-docker"));
  await buildAllImages(setup, docker);
  const settings = readClusterSettings(process.env);
  await loadImages(setup, Object.values(await publishedNames()), { settings, kubectl, dockerHost: host });
  await setup.screen.step("KEDA", async (step) => step.note(await ensureKeda(kubectl, helm, settings)));
  const values = join(root, "manifests/dev-values.yaml");
  const chart = join(root, "charts/lambda-lite");
  const release = ["upgrade", "--install", "lambda-lite", chart, "-n", "lambda-lite", "--create-namespace"];
  const file = existsSync(values) ? ["-f", values] : [];
  await setup.screen.step("helm upgrade --install lambda-lite", (step) =>
    runCommand(step, programs.helm, [...release, ...file, "--wait", "--timeout", "5m"]),
  );
  setup.screen.line("\nThe page: kubectl -n lambda-lite port-forward service/lambda-lite-api 8000:80");
}

async function down(): Promise<void> {
  await kind(["delete", "cluster", "--name", cluster]);
}

async function kind(args: string[]): Promise<void> {
  const program = findProgram("kind");
  if (!program)
    throw new SetupError(
      "kind is missing. Install it (https://kind.sigs.k8s.io/docs/user/quick-start/#installation; with Go: go install sigs.k8s.io/kind@latest) and Docker, then try again.",
    );
  await setup.screen.step(`kind ${args.slice(0, 2).join(" ")}`, (step) => runCommand(step, program, args));
}

const action = actions[process.argv[2] ?? ""];
if (!action) {
  setup.screen.line("Usage: npm run cluster:up, cluster:deploy or cluster:down");
  process.exit(2);
}
const end = await runToEnd(setup, action);
process.exit(end.kind === "done" ? 0 : 1);
