import { ClientEvent, ServerEvent } from "@lambda-lite/shared";
import type { LogMessage } from "@lambda-lite/shared";
import { useEffect, useState } from "react";
import { keepJoined, socket } from "../../../lib/socket.ts";
import { addMessages, emptyLog } from "./log-text.ts";
import type { LogText } from "./log-text.ts";

/** Pause before asking again when the server couldn't answer, in ms. */
const AGAIN_MS = 2_000;

/**
 * A job's log as it is heard: live while the job runs, from what is stored when it has ended. After a break of the
 * connection it goes on where it was. Drawn once a frame, whatever comes.
 */
export function useLog(jobId: string): LogText {
  const [state, setState] = useState<{ jobId: string; log: LogText }>({ jobId, log: emptyLog });

  useEffect(() => {
    let log = emptyLog;
    let heard: LogMessage[] = [];
    let frame = 0;
    let again: ReturnType<typeof setTimeout> | undefined;

    function draw() {
      frame = 0;
      log = addMessages(log, heard.splice(0));
      setState({ jobId, log });
    }
    function onLog({ jobId: of, ...message }: { jobId: string } & LogMessage) {
      if (of !== jobId) return;
      heard.push(message as LogMessage);
      frame ||= requestAnimationFrame(draw);
      // Too slow, with a tab in the background: it goes on from here.
      if (message.type === "dropped") join();
    }
    function join() {
      const after = heard.at(-1)?.cursor ?? log.cursor;
      if (log.ended) return;
      clearTimeout(again);
      socket.emit(ClientEvent.LOGS_SUBSCRIBE, { jobId, ...(after && { after }) }, (answer) => {
        if (!answer.ok && answer.problem.code === "STORE_UNAVAILABLE") again = setTimeout(join, AGAIN_MS);
      });
    }
    function leave() {
      socket.emit(ClientEvent.LOGS_UNSUBSCRIBE, { jobId }, () => undefined);
    }

    socket.on(ServerEvent.JOB_LOG, onLog);
    const stop = keepJoined(join, leave);
    return () => {
      socket.off(ServerEvent.JOB_LOG, onLog);
      stop();
      clearTimeout(again);
      cancelAnimationFrame(frame);
      heard = [];
    };
  }, [jobId]);

  return state.jobId === jobId ? state.log : emptyLog;
}
