import * as kubernetes from "@kubernetes/client-node";

import type { Manifest } from "./render.ts";

interface Attribute {
  baseName: string;
  type: string;
}
interface Model {
  getAttributeTypeMap(): Attribute[];
}

const models = kubernetes as unknown as Record<string, Partial<Model> | undefined>;

/**
 * What of an object Kubernetes' OpenAPI types don't know or type otherwise, one line each: `spec.replica: unknown`.
 * The API server drops unknown fields without a word, so a typo would be a setting that doesn't set anything.
 */
export function findTypeErrors(manifest: Manifest): string[] {
  const type = typeOf(manifest);
  return models[type]?.getAttributeTypeMap ? check(manifest, type, "") : [`${manifest.kind}: no type ${type}`];
}

/** `apps/v1` Deployment is V1Deployment, `autoscaling/v2` HorizontalPodAutoscaler V2HorizontalPodAutoscaler. */
function typeOf({ apiVersion, kind }: Manifest): string {
  const version = apiVersion.split("/").at(-1) ?? "";
  return version.charAt(0).toUpperCase() + version.slice(1) + kind;
}

function check(value: unknown, type: string, path: string): string[] {
  const element = /^Array<(.+)>$/.exec(type)?.[1];
  if (element) {
    if (!Array.isArray(value)) return [`${path}: not a list`];
    return value.flatMap((item, index) => check(item, element, `${path}[${index}]`));
  }
  const entry = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (entry) {
    if (!isRecord(value)) return [`${path}: not a map`];
    return Object.entries(value).flatMap(([key, item]) => check(item, entry, `${path}[${key}]`));
  }
  const attributes = models[type]?.getAttributeTypeMap?.();
  return attributes ? checkFields(value, attributes, path) : checkScalar(value, type, path);
}

function checkFields(value: unknown, attributes: Attribute[], path: string): string[] {
  if (!isRecord(value)) return [`${path}: not an object`];
  return Object.entries(value).flatMap(([key, field]) => {
    const known = attributes.find(({ baseName }) => baseName === key);
    const at = path ? `${path}.${key}` : key;
    return known ? check(field, known.type, at) : [`${at}: unknown`];
  });
}

function checkScalar(value: unknown, type: string, path: string): string[] {
  const found = typeof value;
  const fits: Record<string, boolean> = {
    string: found === "string",
    number: found === "number",
    boolean: found === "boolean",
    IntOrString: found === "string" || found === "number",
  };
  return (fits[type] ?? true) ? [] : [`${path}: ${JSON.stringify(value)} is no ${type}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
