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
import { createLab } from "./lab.ts";
import type { Lab, Place } from "./lab.ts";
import { loadImages } from "./load-images.ts";
import { nextTag } from "./next-tag.ts";
import { enforceRestricted, plainPlace, strictPlace } from "./places.ts";
import { findPrograms } from "./programs.ts";
import { renderReport, writeReport } from "./report.ts";
import { runScenarios } from "./run-scenarios.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import { asFound, plain, strict } from "./scenarios/all-scenarios.ts";
import { readClusterSettings } from "./settings.ts";
import type { ClusterSettings } from "./settings.ts";

/** Less than the 25 minutes that CI gives, so that there is a report and nothing left in the cluster. */
const limitMs = 23 * 60_000;
const deadline = performance.now() + limitMs;
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    "no-build": { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

const outcomes: Outcome[] = [];
const only = options.only?.split(",");

async function run(setup: Setup): Promise<void> {
  const programs = await findPrograms(setup.processEnv);
  const [kubectl, helm] = [createKubectl(programs.kubectl), createHelm(programs.helm)];
  const settings = withStandIn(readClusterSettings(setup.processEnv), setup);
  await setup.screen.step("Cluster", async (step) =>
    step.note((await kubectl.run("version")).split("\n").at(-1) ?? ""),
  );
  await bringImages(setup, kubectl, settings);

  const lab = (place: Place) => createLab({ kubectl, helm, programs, settings, place });
  await withLab(setup, lab(plainPlace(settings)), selected([...asFound, ...plain]), async (found) => {
    await runAll(setup, found, selected(asFound));
    await setup.screen.step("KEDA", async (step) => step.note(await ensureKeda(kubectl, helm, settings)));
    await runAll(setup, found, selected(plain));
  });
  await withLab(setup, lab(strictPlace(settings)), selected(strict), async (apart) => {
    await setup.screen.step("KEDA", async (step) => step.note(await ensureKeda(kubectl, helm, settings)));
    await enforceRestricted(kubectl, apart.place);
    await setup.screen.step("helm install, the strict release", () => apart.deploy());
    await runAll(setup, apart, selected(strict));
  });
}

const unknown = only?.filter((name) => ![...asFound, ...plain, ...strict].some((scenario) => scenario.name === name));
if (unknown?.length) {
  const names = [...asFound, ...plain, ...strict].map(({ name }) => name).join(", ");
  process.stderr.write(`No such scenario: ${unknown.join(", ")}. There are: ${names}\n`);
  process.exit(2);
}

function selected(scenarios: Scenario[]): Scenario[] {
  return scenarios.filter(({ name }) => !only || only.includes(name));
}

/** A release for these scenarios, where there are any; gone afterwards, whatever became of them. */
async function withLab(setup: Setup, lab: Lab, scenarios: Scenario[], use: (lab: Lab) => Promise<void>): Promise<void> {
  if (scenarios.length === 0) return;
  let cleaned = options.keep;
  const clean = async () => {
    await lab.close();
    if (!cleaned) await cleanUp(lab);
    cleaned = true;
  };
  setup.supervisor.defer(`the release in ${lab.place.namespace}`, clean);
  await use(lab);
  await clean();
}

async function runAll(setup: Setup, lab: Lab, scenarios: Scenario[]): Promise<void> {
  const { screen, stop } = setup;
  outcomes.push(...(await runScenarios(scenarios, lab, { screen, deadline, signal: stop.signal })));
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

const setup = createSetup("cluster", process.env);
const end = await runToEnd(setup, () => run(setup));
const count = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result).length;
const reportFile = join(stateDir, "cluster-report.json");
if (outcomes.length > 0) {
  await writeReport(reportFile, outcomes);
  setup.screen.line(`\n${renderReport(outcomes)}\n\nReport: ${reportFile}`);
}
const counts = { passed: count("passed"), failed: end.kind === "done" ? count("failed") : count("failed") + 1 };
setup.screen.line(renderCounts(counts));
process.exit(isSuccess(counts) ? 0 : 1);
