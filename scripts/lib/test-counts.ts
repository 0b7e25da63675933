/** How many tests passed and failed; the line that CI reads at the end. */
export interface TestCounts {
  passed: number;
  failed: number;
}

export function renderCounts({ passed, failed }: TestCounts): string {
  return `${passed} passed, ${failed} failed`;
}

/** A run in which nothing ran proves nothing. */
export function isSuccess({ passed, failed }: TestCounts): boolean {
  return failed === 0 && passed > 0;
}
