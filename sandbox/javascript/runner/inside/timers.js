/**
 * setTimeout and its family. The context keeps what is due when; the host only sleeps and asks.
 * A binary heap by due time, then by order of creation; cancelled timers stay in it until their turn.
 * @returns {(onError: (thrown) => void) => {globals: object, runDueTimer: () => boolean, nextTimerDelay: () => number}}
 */
(function defineTimers(primordials) {
  "use strict";
  const p = primordials;
  /** Longest delay that fits 32 bits, as in Node and browsers; a longer one counts as 1. */
  const MAX_DELAY_MS = 2 ** 31 - 1;

  const isEarlier = (a, b) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

  function push(heap, timer) {
    let at = heap.length;
    heap[at] = timer;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isEarlier(heap[parent], timer)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = timer;
  }

  function shift(heap) {
    const last = heap[heap.length - 1];
    heap.length -= 1;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isEarlier(heap[child + 1], heap[child])) child += 1;
      if (isEarlier(last, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
  }

  return function createTimers(onError) {
    const heap = p.newList();
    const active = new p.Map();
    let lastId = 0;
    let lastOrder = 0;

    function schedule(timer, delayMs) {
      timer.order = lastOrder += 1;
      timer.dueMs = p.dateNow() + delayMs;
      push(heap, timer);
    }

    function start(callback, delay, args, repeats) {
      if (typeof callback !== "function") throw new p.TypeError("The callback of a timer must be a function");
      const wished = p.truncate(p.Number(delay));
      const delayMs = wished >= 1 && wished <= MAX_DELAY_MS ? wished : 1;
      const timer = { __proto__: null, id: (lastId += 1), callback, args, delayMs, repeats, dueMs: 0, order: 0 };
      p.MapSet(active, timer.id, timer);
      schedule(timer, delay === "immediate" ? 0 : delayMs);
      return timer.id;
    }

    const clear = (id) => void p.MapDelete(active, p.isSafeInteger(id) ? id : p.Number(id));

    function dropCancelled() {
      while (heap.length > 0 && !p.MapHas(active, heap[0].id)) shift(heap);
    }

    return {
      __proto__: null,
      globals: {
        __proto__: null,
        setTimeout: (callback, delay, ...args) => start(callback, delay, args, false),
        setInterval: (callback, delay, ...args) => start(callback, delay, args, true),
        setImmediate: (callback, ...args) => start(callback, "immediate", args, false),
        clearTimeout: clear,
        clearInterval: clear,
        clearImmediate: clear,
      },

      /** Runs the first timer that is due; says whether there was one. */
      runDueTimer() {
        dropCancelled();
        if (heap.length === 0 || heap[0].dueMs > p.dateNow()) return false;
        const timer = heap[0];
        shift(heap);
        if (timer.repeats) schedule(timer, timer.delayMs);
        else p.MapDelete(active, timer.id);
        try {
          p.apply(timer.callback, undefined, timer.args);
        } catch (thrown) {
          onError(thrown);
        }
        return true;
      },

      /** Milliseconds until the next timer, -1 when there is none. */
      nextTimerDelay() {
        dropCancelled();
        if (heap.length === 0) return -1;
        const delayMs = heap[0].dueMs - p.dateNow();
        return delayMs > 0 ? delayMs : 0;
      },
    };
  };
});
