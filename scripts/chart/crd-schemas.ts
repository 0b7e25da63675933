import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Ajv } from "ajv";
import { execa } from "execa";
import { parse } from "yaml";

import { findProgram } from "../lib/find-program.ts";
import type { Manifest } from "./render.ts";

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  [keyword: string]: unknown;
}

/** Where the projects keep their CRDs; the versions are the oldest that the chart is made for. */
const sources = [
  {
    module: "github.com/kedacore/keda/v2@v2.19.0",
    files: ["config/crd/bases/keda.sh_scaledobjects.yaml", "config/crd/bases/keda.sh_triggerauthentications.yaml"],
  },
  {
    module: "github.com/prometheus-operator/prometheus-operator@v0.85.0",
    files: ["servicemonitors", "podmonitors"].map(
      (name) => `example/prometheus-operator-crd/monitoring.coreos.com_${name}.yaml`,
    ),
  },
];

/** Complaints about an object of a kind that one of the CRDs describes. */
export type CrdCheck = (manifest: Manifest) => string[];

/** Undefined where there is no Go, or no module can be had: the projects' files are too large to keep copies. */
export async function loadCrdCheck(): Promise<CrdCheck | undefined> {
  const go = findProgram("go") ?? findProgram("go", "/usr/local/go/bin");
  if (!go) return undefined;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validators = new Map<string, ReturnType<Ajv["compile"]>>();
  for (const { module, files } of sources) {
    const found = await execa(go, ["mod", "download", "-json", module], { cwd: "/", reject: false, timeout: 60_000 });
    if (found.failed) return undefined;
    const { Dir } = JSON.parse(found.stdout) as { Dir: string };
    for (const file of files) {
      const crd = parse(await readFile(join(Dir, file), "utf8")) as Crd;
      for (const { name, schema } of crd.spec.versions)
        validators.set(`${crd.spec.group}/${name} ${crd.spec.names.kind}`, ajv.compile(close(schema.openAPIV3Schema)));
    }
  }
  return ({ apiVersion, kind, ...rest }) => {
    const validate = validators.get(`${apiVersion} ${kind}`);
    if (!validate) return [`no CRD for ${apiVersion} ${kind}`];
    if (validate({ apiVersion, kind, ...rest }) === true) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  };
}

interface Crd {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

/** The API server prunes what a CRD doesn't name; here that is an error. `metadata` is Kubernetes' own. */
function close(schema: Schema): Schema {
  const closed = { ...schema };
  if (schema.items) closed.items = close(schema.items);
  if (typeof schema.additionalProperties === "object") closed.additionalProperties = close(schema.additionalProperties);
  if (!schema.properties) return closed;
  closed.properties = Object.fromEntries(Object.entries(schema.properties).map(([key, inner]) => [key, close(inner)]));
  if (schema["x-kubernetes-preserve-unknown-fields"] !== true) closed.additionalProperties = false;
  return closed;
}
