/**
 * Preloaded into a service (`node --import`): its wall clock is off by CHAOS_CLOCK_OFFSET_MS. Its monotonic clock
 * isn't, as on a machine whose clock was set wrong before it started.
 */
export {};

const offsetMs = Number(process.env["CHAOS_CLOCK_OFFSET_MS"] ?? 0);
const { Date: TrueDate } = globalThis;
const nowMs = () => TrueDate.now() + offsetMs;

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args: [], newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [nowMs()], newTarget) as object,
  apply: () => new TrueDate(nowMs()).toString(),
  get: (target, property, receiver) =>
    property === "now" ? nowMs : (Reflect.get(target, property, receiver) as unknown),
});
