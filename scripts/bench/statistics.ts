/** Of measurements in one unit. */
export interface Distribution {
  samples: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** @throws RangeError when there are none. */
export function distributionOf(values: readonly number[]): Distribution {
  if (values.length === 0) throw new RangeError("no measurements");
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number);
  return { samples: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

export function median(values: readonly number[]): number {
  return distributionOf(values).p50;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** To two decimals: finer is noise. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
