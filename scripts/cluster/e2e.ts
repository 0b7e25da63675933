/** `npm run e2e:cluster [-- --only first-job,scale] [--no-build] [--keep]` against the cluster of KUBECONFIG. */
import { join } from "node:path";
import { parseArgs } from "node:util";

import { buildAllImages } from "../images/all-images.ts";
import { mongoStandIn, publishedNames } from "../images/image-names.ts";
import { stateDir } from "../lib/paths.ts";
import { runToEnd } from "../lib/run-to-end.ts";
import { createSetup } from "../lib/setup.ts";
import type { Setup } from "../lib/setup.ts";
import { isSuccess, renderCounts } from "../lib/test-counts.ts";
import { ensureDockerEngine } from "../servers/docker-engine.ts";
import { cleanUp } from "./clean-up.ts";
import { createHelm } from "./helm.ts";
import { ensureKeda } from "./keda.ts";
import { createKubectl } from "./kubectl.ts";
import type { Kubectl } from "./kubectl.ts";
import { createLab, namespace } from "./lab.ts";
import { loadImages } from "./load-images.ts";
import { nextTag } from "./next-tag.ts";
import { findPrograms } from "./programs.ts";
import { renderReport, writeReport } from "./report.ts";
import { runScenarios } from "./run-scenarios.ts";
import type { Outcome } from "./scenario.ts";
import { allScenarios } from "./scenarios/all-scenarios.ts";
import { readClusterSettings } from "./settings.ts";
import type { ClusterSettings } from "./settings.ts";

const limitMs = 25 * 60_000;
const deadline = performance.now() + limitMs;
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    "no-build": { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

async function run(setup: Setup): Promise<Outcome[]> {
  const only = options.only?.split(",");
  const scenarios = allScenarios.filter(({ name }) => !only || only.includes(name));
  const programs = await findPrograms(setup.processEnv);
  const [kubectl, helm] = [createKubectl(programs.kubectl), createHelm(programs.helm)];
  const settings = withStandIn(readClusterSettings(setup.processEnv), setup);
  await setup.screen.step("Cluster", async (step) =>
    step.note((await kubectl.run("version")).split("\n").at(-1) ?? ""),
  );
  await bringImages(setup, kubectl, settings);
  await setup.screen.step("KEDA", async (step) => step.note(await ensureKeda(kubectl, helm)));
  await createNamespace(kubectl);
  const lab = createLab({ kubectl, helm, programs, settings });
  if (!options.keep) setup.supervisor.defer("the release", () => cleanUp(kubectl, helm));
  const outcomes = await runScenarios(scenarios, lab, { screen: setup.screen, deadline });
  await lab.close();
  return outcomes;
}

/** A mongod that was named by LAMBDALITE_MONGOD takes the place of mongo:7, unless an image was named. */
function withStandIn(settings: ClusterSettings, setup: Setup): ClusterSettings {
  return setup.environment.mongoProgram ? { mongoImage: mongoStandIn, ...settings } : settings;
}

async function bringImages(setup: Setup, kubectl: Kubectl, settings: ClusterSettings): Promise<void> {
  if (options["no-build"]) return;
  const { docker, host } = await ensureDockerEngine(setup, join(stateDir, "cluster-docker"));
  await buildAllImages(setup, docker);
  const ours = settings.mongoImage === mongoStandIn ? [mongoStandIn] : [];
  const names = await publishedNames();
  const [repo, tag] = [names.api.slice(0, names.api.lastIndexOf(":")), await nextTag()];
  await docker.getImage(names.api).tag({ repo, tag });
  const images = [...Object.values(names), `${repo}:${tag}`, ...ours];
  await loadImages(setup, images, { settings, kubectl, dockerHost: host });
}

/** API, Mongo and Redis get along with the strictest of the pod security standards; the API server sees to it. */
async function createNamespace(kubectl: Kubectl): Promise<void> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
}

const setup = createSetup("cluster", process.env);
const end = await runToEnd(setup, () => run(setup));
const outcomes = end.kind === "done" ? end.value : [];
const count = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result).length;
const reportFile = join(stateDir, "cluster-report.json");
if (outcomes.length > 0) {
  await writeReport(reportFile, outcomes);
  setup.screen.line(`\n${renderReport(outcomes)}\n\nReport: ${reportFile}`);
}
const counts = { passed: count("passed"), failed: end.kind === "done" ? count("failed") : count("failed") + 1 };
setup.screen.line(renderCounts(counts));
process.exit(isSuccess(counts) ? 0 : 1);
