import { styleText } from "node:util";

import { renderLogLine } from "./log-line.ts";

type Colour = Parameters<typeof styleText>[0];

const colours: Colour[] = ["cyan", "magenta", "blue", "green", "yellow", "gray"];
const nameWidth = 7;

/** A step under way: `progress` replaces what the heartbeat shows, `note` is added to the closing line. */
export interface Step {
  progress(text: string): void;
  note(text: string): void;
}

/** What people see: our own messages, steps that take time, and the log lines of what we run. */
export interface Screen {
  line(text: string): void;
  warn(text: string): void;
  /** Shows that something is going on, how long it took and how it went. Rethrows what `work` throws. */
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  log(name: string, rawLine: string): void;
}

export interface ScreenTimes {
  /** A step shorter than this is only reported when it is done. */
  announceAfterMs: number;
  heartbeatMs: number;
}

const usualTimes: ScreenTimes = { announceAfterMs: 400, heartbeatMs: 5_000 };

export function createScreen(
  write: (text: string) => void = (text) => void process.stdout.write(text),
  times: ScreenTimes = usualTimes,
): Screen {
  const colourOf = new Map<string, Colour>();
  /** Steps under way, the innermost last: only that one has a heartbeat to show. */
  const underWay: symbol[] = [];

  function prefix(name: string): string {
    if (!colourOf.has(name)) colourOf.set(name, colours[colourOf.size % colours.length] ?? "gray");
    return styleText(colourOf.get(name) ?? "gray", `${name.padEnd(nameWidth)} │`);
  }

  const screen: Screen = {
    line: (text) => write(`${text}\n`),
    warn: (text) => write(`${styleText("yellow", "!")} ${text}\n`),
    log: (name, rawLine) => write(`${prefix(name)} ${renderLogLine(rawLine)}\n`),
    async step(title, work) {
      const startedAt = performance.now();
      const self = Symbol(title);
      underWay.push(self);
      let latest = "";
      let note = "";
      const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
      const announcement = setTimeout(() => write(`${styleText("gray", "…")} ${title}\n`), times.announceAfterMs);
      const heartbeat = setInterval(() => {
        if (underWay.at(-1) === self)
          write(styleText("gray", `  … ${title}: ${seconds()}${latest && ` · ${latest.slice(0, 100)}`}`) + "\n");
      }, times.heartbeatMs);
      try {
        const value = await work({ progress: (text) => (latest = text), note: (text) => (note = text) });
        write(`${styleText("green", "✓")} ${title}${note && `: ${note}`} ${styleText("gray", `(${seconds()})`)}\n`);
        return value;
      } catch (error) {
        write(`${styleText("red", "✗")} ${title} ${styleText("gray", `(${seconds()})`)}\n`);
        throw error;
      } finally {
        clearTimeout(announcement);
        clearInterval(heartbeat);
        underWay.splice(underWay.indexOf(self), 1);
      }
    },
  };
  return screen;
}
