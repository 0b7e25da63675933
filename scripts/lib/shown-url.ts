/** A URL that may be shown: without its password. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/([^@/]*)@/, "//***@");
}
