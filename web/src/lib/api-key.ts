const STORAGE_KEY = "lambda-lite:api-key";

/** The API key, for this tab only: closing it forgets the key. */
export const apiKey = {
  get: (): string | undefined => sessionStorage.getItem(STORAGE_KEY) ?? undefined,
  set: (key: string): void => sessionStorage.setItem(STORAGE_KEY, key),
};
