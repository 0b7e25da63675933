// The theme a person chose, or else the system's. Not bundled: it runs before anything is painted.
{
  const chosen = localStorage.getItem("lambda-lite:theme");
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
