import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

/** public/theme.js reads it before the page paints. */
const STORAGE_KEY = "lambda-lite:theme";
const listeners = new Set<() => void>();

const current = (): Theme => (document.documentElement.dataset["theme"] === "dark" ? "dark" : "light");

function set(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  localStorage.setItem(STORAGE_KEY, theme);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): { theme: Theme; toggle: () => void } {
  const theme = useSyncExternalStore(subscribe, current);
  return { theme, toggle: () => set(theme === "dark" ? "light" : "dark") };
}
