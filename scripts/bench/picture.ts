import type { Measurements } from "./report.ts";

const WIDTH = 760;
const BAR_X = 190;
const ROW = 54;
const COLOURS = ["#2563eb", "#7c3aed", "#059669", "#d97706"];

interface Bar {
  label: string;
  parts: Array<{ name: string; ms: number }>;
}

/** Where a job's time goes, warm and cold, beside a container alone: an SVG that draws the medians to scale. */
export function drawPicture({ warm, oneByOne }: Measurements): string {
  const { accept, queueAndClaim, run, finishAndNotify } = warm.breakdown;
  const bars: Bar[] = [
    {
      label: "A warm job, whole",
      parts: [
        { name: "accepted", ms: accept },
        { name: "claimed", ms: queueAndClaim },
        { name: "ran", ms: run },
        { name: "told", ms: finishAndNotify },
      ],
    },
    { label: "A cold sandbox", parts: [{ name: "to its result", ms: oneByOne.cold.toResultMs.p50 }] },
    { label: "dockerode alone", parts: [{ name: "to its result", ms: oneByOne.floor.toResultMs.p50 }] },
  ];
  const most = Math.max(...bars.map(({ parts }) => total(parts)));
  const scale = (WIDTH - BAR_X - 80) / most;
  const height = bars.length * ROW + 50;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...bars.flatMap((bar, row) => drawBar(bar, 12 + row * ROW, scale)),
    ...(bars[0] as Bar).parts.map(
      ({ name, ms }, index) =>
        `<g transform="translate(${BAR_X + index * 135} ${height - 18})"><rect y="-10" width="10" height="10" fill="${COLOURS[index]}"/><text x="16" fill="#334155">${name} ${ms} ms</text></g>`,
    ),
    "</svg>",
    "",
  ].join("\n");
}

function drawBar({ label, parts }: Bar, y: number, scale: number): string[] {
  let x = BAR_X;
  const drawn = parts.map(({ ms }, index) => {
    const width = ms * scale;
    const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="28" fill="${parts.length > 1 ? COLOURS[index] : "#94a3b8"}"/>`;
    x += width;
    return rect;
  });
  return [
    `<text x="${BAR_X - 12}" y="${y + 19}" text-anchor="end" fill="#0f172a">${label}</text>`,
    ...drawn,
    `<text x="${(x + 8).toFixed(1)}" y="${y + 19}" fill="#0f172a">${total(parts).toFixed(1)} ms</text>`,
  ];
}

function total(parts: Bar["parts"]): number {
  return parts.reduce((sum, { ms }) => sum + ms, 0);
}
