import type { DeadLetterService } from "../../domain/dead-letter-service.ts";
import type { Handler } from "../handler.ts";
import { newJobAnswer } from "./submit-job.ts";

type MakeHandler = (deadLetters: DeadLetterService) => Handler;

export const listDeadLetters: MakeHandler =
  (deadLetters) =>
  async ({ query, principal }) => ({ status: 200, body: await deadLetters.list(query, principal) });

export const redriveDeadLetter: MakeHandler =
  (deadLetters) =>
  async ({ params, principal }) =>
    newJobAnswer(await deadLetters.redrive(params["id"], principal));

export const redriveDeadLetters: MakeHandler =
  (deadLetters) =>
  async ({ principal }) => ({ status: 200, body: await deadLetters.redriveAll(principal) });

export const purgeDeadLetter: MakeHandler =
  (deadLetters) =>
  async ({ params, principal }) => {
    await deadLetters.purge(params["id"], principal);
    return { status: 204 };
  };

export const purgeDeadLetters: MakeHandler =
  (deadLetters) =>
  async ({ principal }) => ({ status: 200, body: await deadLetters.purgeAll(principal) });
