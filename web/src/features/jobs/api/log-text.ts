import type { LogMessage, LogStream } from "@lambda-lite/shared";

/** Most text that is kept for the screen; the whole can be had when the job has ended. */
export const KEPT_CHARACTERS = 100_000;

export interface LogPiece {
  stream: LogStream | "note";
  text: string;
  /** Where it ends in its attempt's log. */
  end: number;
}

/** A log as far as it was heard. */
export interface LogText {
  pieces: readonly LogPiece[];
  /** Characters at the beginning that aren't kept. */
  hidden: number;
  /** From where to go on after a break of the connection. */
  cursor: string | undefined;
  ended: boolean;
}

export const emptyLog: LogText = { pieces: [], hidden: 0, cursor: undefined, ended: false };

/** What is heard, added to what was. */
export function addMessages(log: LogText, messages: readonly LogMessage[]): LogText {
  let pieces = [...log.pieces];
  let { cursor, ended } = log;
  for (const message of messages) {
    if (message.type === "log" && isHeard(message.cursor, cursor)) continue;
    ({ cursor } = message);
    const end = Number(cursor.split("-")[1]);
    if (message.type === "log") join(pieces, { stream: message.stream, text: message.text, end });
    else if (message.type === "attempt") pieces.push(note(`— attempt ${message.attempt} —`, 0));
    else if (message.type === "gap") pieces.push(note("… some output will be here when the job has ended …", end));
    else if (message.type === "rewind") pieces = back(pieces, end);
    else if (message.type === "end") ended = true;
  }
  return { ...cut(pieces, log.hidden), cursor, ended };
}

/** What an earlier subscription had sent off already comes beside what the present one sends. */
function isHeard(place: string, known: string | undefined): boolean {
  const [[attempt, end], [knownAttempt, knownEnd]] = [place, known ?? "0-0"].map((text) =>
    text.split("-").map(Number),
  ) as [[number, number], [number, number]];
  return attempt === knownAttempt && end <= knownEnd;
}

const note = (text: string, end: number): LogPiece => ({ stream: "note", text: `\n${text}\n`, end });

function join(pieces: LogPiece[], piece: LogPiece): void {
  const last = pieces.at(-1);
  if (last?.stream !== piece.stream) pieces.push(piece);
  else pieces[pieces.length - 1] = { ...piece, text: last.text + piece.text };
}

/** Without what ends behind a place of the present attempt. */
function back(pieces: LogPiece[], end: number): LogPiece[] {
  const kept = [...pieces];
  for (let last = kept.at(-1); last && last.end > end; last = kept.at(-1)) {
    kept.pop();
    const start = last.end - last.text.length;
    if (last.stream !== "note" && start < end) kept.push({ ...last, text: last.text.slice(0, end - start), end });
  }
  return kept;
}

function cut(pieces: LogPiece[], hiddenBefore: number): Pick<LogText, "pieces" | "hidden"> {
  let length = pieces.reduce((sum, { text }) => sum + text.length, 0);
  let hidden = hiddenBefore;
  const kept = [...pieces];
  while (length > KEPT_CHARACTERS && kept[0]) {
    const over = length - KEPT_CHARACTERS;
    const [first] = kept;
    const gone = Math.min(over, first.text.length);
    if (gone === first.text.length) kept.shift();
    else kept[0] = { ...first, text: first.text.slice(gone) };
    length -= gone;
    hidden += gone;
  }
  return { pieces: kept, hidden };
}
