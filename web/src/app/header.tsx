import { Button } from "../components/ui/button.tsx";
import { Icon } from "../components/ui/icon.tsx";
import { useConnected } from "../lib/use-connected.ts";
import { useTheme } from "../lib/use-theme.ts";

export function Header() {
  const connected = useConnected();
  const { theme, toggle } = useTheme();
  return (
    <header className="border-line bg-surface sticky top-0 z-10 border-b">
      <div className="mx-auto flex h-14 max-w-7xl items-center gap-3 px-4 sm:px-6">
        <img src="/favicon.svg" alt="" className="size-7" />
        <h1 className="font-semibold tracking-tight">Lambda-Lite</h1>
        <p className="text-muted hidden text-sm md:block">a fresh container for every job</p>
        <p role="status" className="text-muted ml-auto flex items-center gap-2 text-xs">
          <span aria-hidden className={`size-2 rounded-full ${connected ? "bg-good" : "bg-busy animate-pulse"}`} />
          {connected ? "Live" : "Connecting …"}
        </p>
        <Button
          variant="ghost"
          className="-mr-2 px-2.5"
          onClick={toggle}
          aria-label={theme === "dark" ? "Use the light theme" : "Use the dark theme"}
        >
          <Icon name={theme === "dark" ? "sun" : "moon"} />
        </Button>
      </div>
    </header>
  );
}
