const STORAGE_KEY = "lambda-lite:api-key";

/** The API key, for this tab only: closing it forgets the key. */
export const apiKey = {
  get: (): string | undefined => sessionStorage.getItem(STORAGE_KEY) ?? undefined,
  set: (key: string): void => sessionStorage.setItem(STORAGE_KEY, key),
};

/** Whether it can be sent at all: visible ASCII. The browser refuses to put anything else into a header. */
export function isSendableKey(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key);
}
