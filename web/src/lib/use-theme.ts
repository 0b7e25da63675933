import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

/** public/theme.js reads it before the page paints. */
const STORAGE_KEY = "lambda-lite:theme";
const listeners = new Set<() => void>();

const current = (): Theme => (document.documentElement.dataset["theme"] === "dark" ? "dark" : "light");

function show(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  for (const listener of listeners) listener();
}

function choose(theme: Theme): void {
  localStorage.setItem(STORAGE_KEY, theme);
  show(theme);
}

// Who chose nothing follows the system, also when it turns dark in the evening.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  if (localStorage.getItem(STORAGE_KEY) === null) show(matches ? "dark" : "light");
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): { theme: Theme; toggle: () => void } {
  const theme = useSyncExternalStore(subscribe, current);
  return { theme, toggle: () => choose(theme === "dark" ? "light" : "dark") };
}
