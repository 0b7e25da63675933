import { setTimeout as sleep } from "node:timers/promises";

import { logMessageSchema } from "@lambda-lite/shared";
import type { LogMessage } from "@lambda-lite/shared";

/** A follower of one log over server-sent events, who comes back after every break, as a browser's EventSource does. */
export interface LogFollower {
  messages: LogMessage[];
  /** What was heard: after a `rewind` from there on again. */
  text(): string;
  /** Cuts the connection. */
  cut(): void;
  /** Resolves with the job's last status. @throws when a message isn't in order or comes twice. */
  over: Promise<string>;
}

/** Pause before coming back, in ms. */
const BACK_MS = 50;

export function followLog(url: () => string, jobId: string): LogFollower {
  const messages: LogMessage[] = [];
  let connection = new AbortController();
  let heard = "";
  let cursor: string | undefined;

  function take(message: LogMessage): void {
    const [attempt, offset] = (cursor ?? "0-0").split("-").map(Number);
    const [nextAttempt, nextOffset] = message.cursor.split("-").map(Number) as [number, number];
    if (message.type === "attempt") heard = "";
    if (message.type === "rewind") heard = heard.slice(0, nextOffset);
    if (message.type === "gap") heard = heard.padEnd(nextOffset, "\0");
    if (message.type === "log") {
      const from = nextAttempt === attempt ? offset : 0;
      if (nextOffset - message.text.length !== from) throw new Error(`after ${cursor} came ${JSON.stringify(message)}`);
      heard += message.text;
    }
    messages.push(message);
    ({ cursor } = message);
  }

  async function listen(): Promise<string | undefined> {
    connection = new AbortController();
    const headers: Record<string, string> = cursor === undefined ? {} : { "last-event-id": cursor };
    const response = await fetch(`${url()}/api/jobs/${jobId}/logs?follow`, { headers, signal: connection.signal });
    if (!response.ok || !response.body) return undefined;
    let rest = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + chunk).split("\n\n");
      rest = events.pop() ?? "";
      for (const message of events.flatMap(parse)) {
        take(message);
        if (message.type === "end") return message.status;
      }
    }
    return undefined;
  }

  async function untilEnd(): Promise<string> {
    for (;;) {
      const status = await listen().catch((error: Error) => {
        if (error.message.startsWith("after ")) throw error;
        return undefined;
      });
      if (status !== undefined) return status;
      await sleep(BACK_MS);
    }
  }
  return { messages, text: () => heard, cut: () => connection.abort(), over: untilEnd() };
}

function parse(event: string): LogMessage[] {
  const [, cursor, type, data] = /^id: ([^\n]*)\nevent: ([^\n]*)\ndata: ([^\n]*)$/.exec(event) ?? [];
  return type ? [logMessageSchema.parse({ type, cursor, ...(JSON.parse(data as string) as object) })] : [];
}
