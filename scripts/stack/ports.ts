import { canListen } from "../lib/free-port.ts";
import { findPortHolder } from "../lib/port-holder.ts";
import { SetupError } from "../lib/setup-error.ts";

/** A port that we are going to listen on, and what a person can do if somebody else does. */
export interface NeededPort {
  port: number;
  purpose: string;
  remedy: string;
}

/** Checks all before anything is started. @throws SetupError naming each taken one and who holds it. */
export async function checkPorts(needed: NeededPort[]): Promise<void> {
  const complaints: string[] = [];
  for (const { port, purpose, remedy } of needed) {
    if (await canListen(port)) continue;
    const holder = (await findPortHolder(port)) ?? "a process that can't be seen from here";
    complaints.push(`Port ${port} (${purpose}) is taken by ${holder}. ${remedy}`);
  }
  if (complaints.length > 0) throw new SetupError(complaints.join("\n"));
}
