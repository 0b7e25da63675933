import { isMap, isPair, isScalar, parseDocument, visit } from "yaml";

/** A value of the chart: what people can set, what it is unless they do, what it is for. */
export interface ValueRow {
  path: string;
  usual: string;
  description: string;
}

/**
 * The values that a `# --` comment describes, in the file's order.
 * @throws Error naming the values that no comment describes: neither they nor what they belong to, nor what they hold.
 */
export function readValueRows(yamlText: string): ValueRow[] {
  const rows: ValueRow[] = [];
  const bare: string[] = [];
  visit(parseDocument(yamlText), {
    Pair(_key, pair, ancestors) {
      if (!isScalar(pair.key)) return undefined;
      const path = [...ancestors.filter((node) => isPair(node)).map(({ key }) => String(key)), String(pair.key)].join(
        ".",
      );
      // The comment before the first key of a map belongs to the map's own node.
      const map = ancestors.at(-1);
      const first = isMap(map) && map.items[0] === pair ? map.commentBefore : undefined;
      const description = describe(pair.key.commentBefore) ?? describe(first);
      if (description !== undefined) {
        rows.push({ path, usual: toText(pair.value), description });
        return visit.SKIP; // what is in a value that is described is part of it
      }
      if (!isMap(pair.value)) bare.push(path);
      return undefined;
    },
  });
  if (bare.length > 0) throw new Error(`No "# --" comment describes ${bare.join(", ")}`);
  return rows;
}

export function renderValuesTable(rows: readonly ValueRow[]): string {
  const lines = rows.map(
    ({ path, usual, description }) => `| \`${path}\` | ${escape(code(usual))} | ${escape(description)} |`,
  );
  return ["| Value | Default | What for |", "|---|---|---|", ...lines].join("\n");
}

function describe(comment: string | null | undefined): string | undefined {
  const lines = (comment ?? "").split("\n").map((line) => line.trim());
  const start = lines.findLastIndex((line) => line.startsWith("-- "));
  return start < 0 ? undefined : lines.slice(start).join(" ").slice(3);
}

/** JSON on one line. */
function toText(node: unknown): string {
  const value = (node as { toJSON?: () => unknown } | null)?.toJSON?.();
  const text = JSON.stringify(value ?? null);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function code(text: string): string {
  return text === '""' || text === "[]" || text === "{}" ? "" : `\`${text}\``;
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|");
}
