import { z } from "zod";

/** A queue as the API shows it. */
export const queueStateSchema = z.object({
  /** The pool whose jobs wait here. */
  pool: z.string(),
  /** Nothing more is started while it is paused; what runs, runs on. */
  paused: z.boolean(),
  /** Since when it is as it is, if anybody ever paused it. */
  changedAt: z.iso.datetime().optional(),
});
export type QueueState = z.infer<typeof queueStateSchema>;
