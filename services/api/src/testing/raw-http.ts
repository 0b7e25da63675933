import { connect } from "node:net";

export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Sends bytes as they are, for what an HTTP client would refuse to send, and reads one answer. */
export async function sendRaw(port: number, request: string | Buffer): Promise<RawAnswer> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    if (isComplete(Buffer.concat(chunks).toString("utf8"))) resolve();
  });
  socket.on("close", () => resolve());
  // A server that refuses early may reset the connection while the rest is still being sent.
  socket.on("error", () => resolve());
  socket.setTimeout(10_000, () => reject(new Error("no answer within 10 s")));
  socket.write(request);
  try {
    await ended;
  } finally {
    socket.destroy();
  }
  return parseAnswer(Buffer.concat(chunks).toString("utf8"));
}

function isComplete(text: string): boolean {
  const [head, body] = split(text);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  return body !== undefined && length !== undefined && Buffer.byteLength(body) >= Number(length);
}

function parseAnswer(text: string): RawAnswer {
  const [head, body = ""] = split(text);
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(statusLine.split(" ")[1] ?? 0), headers: new Map(headers), body };
}

function split(text: string): [head: string, body: string | undefined] {
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? [text, undefined] : [text.slice(0, end), text.slice(end + 4)];
}
