import { join } from "node:path";

import { execa } from "execa";
import { parseAllDocuments } from "yaml";

import { root } from "../lib/paths.ts";

export const chartDir = join(root, "charts/lambda-lite");

export type Values = Readonly<Record<string, unknown>>;

/** An object as the chart renders it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  [field: string]: unknown;
}

export interface RenderOptions {
  values?: Values;
  valueFiles?: readonly string[];
  /** What the cluster would have besides Kubernetes' own: `keda.sh/v1alpha1`. */
  apiVersions?: readonly string[];
}

/** The text of `helm template` for release and namespace `lambda-lite`. @throws Error with Helm's complaint. */
export async function renderText(helm: string, options: RenderOptions = {}): Promise<string> {
  const { values = {}, valueFiles = [], apiVersions = [] } = options;
  const args = [
    ["template", "lambda-lite", chartDir, "--namespace", "lambda-lite", "--values", "-"],
    valueFiles.flatMap((file) => ["--values", file]),
    apiVersions.flatMap((version) => ["--api-versions", version]),
  ].flat();
  const result = await execa(helm, args, { input: JSON.stringify(values), reject: false });
  if (result.failed) throw new Error(result.stderr || result.shortMessage);
  return result.stdout;
}

export async function render(helm: string, options: RenderOptions = {}): Promise<Manifest[]> {
  return parseManifests(await renderText(helm, options));
}

/** @throws Error on a document that isn't valid YAML; a key given twice is none. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors[0]) throw document.errors[0];
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}
