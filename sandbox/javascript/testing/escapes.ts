/**
 * Ways out of node:vm that worked somewhere once. Each is the body of an async function; what it returns or
 * throws, and everything pushed to `loot`, is audited for objects of another realm.
 */
export const ESCAPES: Record<string, string> = {
  "constructor of this": "return this",
  "constructor of globalThis": "return [globalThis, globalThis.constructor, Object.getPrototypeOf(globalThis)]",
  "constructor of the arguments": "loot.push(input); return input",
  "constructor of console": "return [console, console.log, console.log.constructor]",
  "every global": "return Reflect.ownKeys(globalThis).map((key) => globalThis[key])",
  "timers and what they return":
    "return [setTimeout, setTimeout(() => {}, 1), setInterval, setImmediate, clearTimeout, queueMicrotask, queueMicrotask(() => {})]",
  "this of a timer's callback":
    "return new Promise((done) => setTimeout(function (...args) { done([this, args, arguments]); }, 1, {}))",
  "this of a sloppy function": "return (function () { return [this, arguments.callee]; })()",
  "caller of main": "return (function inner() { return [inner.caller, inner.arguments]; })()",
  "arguments.callee.caller chain":
    "const found = []; (function f() { let c = arguments.callee; for (let i = 0; i < 20 && c; i++) { try { c = c.caller } catch (e) { found.push(e); break } found.push(c); } })(); return found",
  eval: "try { return (0, eval)('this') } catch (error) { return error }",
  "direct eval": "try { return eval('this.process') } catch (error) { return error }",
  Function: "try { return Function('return this')() } catch (error) { return error }",
  GeneratorFunction:
    "try { return (function* () {}).constructor('yield this')().next() } catch (error) { return error }",
  AsyncFunction: "try { return await (async () => {}).constructor('return this')() } catch (error) { return error }",
  AsyncGeneratorFunction:
    "try { return await (async function* () {}).constructor('yield this')().next() } catch (error) { return error }",
  "Function by Reflect.construct":
    "try { return Reflect.construct(Function, ['return this'], class {})() } catch (error) { return error }",
  "bound Function": "try { return Function.bind(null, 'return this')()() } catch (error) { return error }",
  "an error whose name is a Symbol":
    "const error = new Error('x'); error.name = Symbol('n'); try { return error.stack } catch (caught) { return caught }",
  "an error whose message can't be a string":
    "const error = new Error(); error.message = { toString() { throw loot } }; try { return error.stack } catch (caught) { return caught }",
  "an error whose name is a Proxy":
    "const error = new Error('x'); error.name = new Proxy({}, { get(...all) { loot.push(all); return () => 'n' } }); return error.stack",
  "own prepareStackTrace":
    "try { Error.prepareStackTrace = (error, sites) => { loot.push(sites); return sites } } catch (e) { loot.push(e) } return new Error('x').stack",
  "defined prepareStackTrace":
    "try { Object.defineProperty(Error, 'prepareStackTrace', { value: (e, sites) => sites }) } catch (e) { loot.push(e) } return new Error('x').stack",
  "replaced global Error":
    "try { globalThis.Error = { prepareStackTrace: (e, sites) => { loot.push(sites); return sites } } } catch {} try { null.x } catch (e) { return e.stack }",
  "getter on global Error":
    "try { Object.defineProperty(globalThis, 'Error', { get: () => ({ prepareStackTrace: (e, s) => s }) }) } catch (e) { loot.push(e) } try { null.x } catch (e) { return e.stack }",
  "prepareStackTrace of subclasses":
    "class E extends Error { static prepareStackTrace(e, s) { loot.push(s); return s } } TypeError.prepareStackTrace = E.prepareStackTrace; try { null.x } catch (e) { loot.push(e.stack) } return new E('x').stack",
  "captureStackTrace on an object":
    "const o = {}; Error.captureStackTrace(o); return [o, o.stack, Object.getOwnPropertyDescriptor(o, 'stack')]",
  "captureStackTrace on a Proxy":
    "const o = new Proxy({}, { defineProperty(...all) { loot.push(all); return Reflect.defineProperty(...all) } }); try { Error.captureStackTrace(o) } catch (e) { loot.push(e) } return o.stack",
  "stackTraceLimit as an object":
    "Error.stackTraceLimit = { valueOf() { loot.push(this); return 5 } }; return new Error('x').stack",
  "the accessor behind error.stack":
    "const e = new Error('x'); const d = Object.getOwnPropertyDescriptor(e, 'stack'); return [d, d.get, d.set]",
  "a rejected promise of an async generator":
    "const g = (async function* () { yield Promise.reject(new Error('x')) })(); try { await g.next() } catch (e) { return [e, g, g.constructor, g.return] }",
  "then hijacked on Promise.prototype":
    "const then = Promise.prototype.then; Promise.prototype.then = function (...all) { loot.push(this, ...all); return then.apply(this, all) }; await Promise.resolve(1); queueMicrotask(() => {}); return new Promise((r) => setTimeout(r, 2))",
  "Promise's Symbol.species":
    "class P extends Promise { static get [Symbol.species]() { return function (executor) { executor((...a) => loot.push(a), (...a) => loot.push(a)); loot.push(executor) } } } const p = P.resolve(1); p.then((x) => x); return p",
  "Array's Symbol.species":
    "class A extends Array { static get [Symbol.species]() { return function (...a) { loot.push(a); return [] } } } console.log(A.from([1, 2])); return A.from([3]).map((x) => x)",
  "a thenable result": "return { then(resolve, reject) { loot.push(resolve, reject); resolve(audit(...loot, this)) } }",
  "the constructor getter of a promise":
    "const p = Promise.resolve(1); Object.defineProperty(p, 'constructor', { get() { loot.push(this); return { [Symbol.species]: function (e) { loot.push(e) } } } }); await p; return p",
  "setters on Array.prototype":
    "for (let i = 0; i < 20; i++) Object.defineProperty(Array.prototype, i, { set(v) { if (this !== loot) loot[loot.length] = v }, get() {}, configurable: true }); console.log([1, { a: 2 }], 'x', 3); setTimeout(() => {}, 1); for (let i = 0; i < 20; i++) delete Array.prototype[i]; return loot",
  "setters on Object.prototype":
    "const names = ['emit', 'args', 'callback', 'form', 'text', 'value', 'outer', 'id', 'n', 's', 't']; for (const name of names) Object.defineProperty(Object.prototype, name, { set(v) { loot.push(this, v) }, get() { loot.push(this) }, configurable: true }); console.log({ q: 1 }); setTimeout(() => {}, 1); for (const name of names) delete Object.prototype[name]; return loot",
  "patched call, apply and bind":
    "for (const name of ['call', 'apply', 'bind']) { const f = Function.prototype[name]; Object.defineProperty(Function.prototype, name, { value(...all) { loot.push(this, all); return Reflect.apply(f, this, all) } }) } console.log('x', { a: 1 }); setTimeout(() => {}, 1); return loot",
  "patched Reflect, JSON and String":
    "Reflect.apply = JSON.stringify = JSON.parse = function (...all) { loot.push(this, all) }; String.prototype.slice = String.prototype.indexOf = function (...all) { loot.push(this, all); return '' }; console.log('a%sb', {}); return loot",
  "patched Map and Set":
    "const real = [Map, Set].map((C) => [C.prototype, Object.getOwnPropertyDescriptors(C.prototype)]); for (const C of [Map, Set]) for (const k of ['get', 'set', 'has', 'forEach']) C.prototype[k] = function (...all) { loot.push(this, all) }; console.count(); console.log(new Map([]), new Set()); clearTimeout(setTimeout(() => {}, 1)); for (const [prototype, descriptors] of real) Object.defineProperties(prototype, descriptors); return loot",
  "a patched array iterator":
    "const it = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function () { loot[loot.length] = this; return Reflect.apply(it, this, []) }; console.log('x', [1], { a: [2] }); setTimeout(() => {}, 1, 2, 3); Array.prototype[Symbol.iterator] = it; return loot",
  "a Proxy that watches the formatter":
    "console.log(new Proxy({ a: 1 }, new Proxy({}, { get(_, trap) { return (...all) => { loot.push(all); return Reflect[trap](...all) } } }))); return loot",
  "a Proxy of an error in the formatter":
    "console.log(new Proxy(new Error('x'), { get(...all) { loot.push(all); return Reflect.get(...all) } })); return loot",
  "inspect.custom":
    "console.log({ [Symbol.for('nodejs.util.inspect.custom')](...all) { loot.push(this, all); return 'x' } }); return loot",
  "toStringTag and toJSON":
    "console.log({ get [Symbol.toStringTag]() { loot.push(this); return 'x' } }); console.log('%j', { toJSON(...all) { loot.push(all); return 1 } }); return loot",
  "an unhandled rejection":
    "Promise.reject(new Proxy({}, { get(...all) { loot.push(all) } })).catch(() => {}); return loot",
  "WebAssembly.compileStreaming": "try { return WebAssembly.compileStreaming(1) } catch (error) { return error }",
  "SharedArrayBuffer and Atomics": "return [typeof SharedArrayBuffer, typeof Atomics, typeof FinalizationRegistry]",
  "process, require and module":
    "return [typeof process, typeof require, typeof module, typeof exports, typeof global, typeof __dirname, typeof Buffer]",
  "fetch and friends":
    "return [typeof fetch, typeof XMLHttpRequest, typeof WebSocket, typeof navigator, typeof structuredClone, typeof MessageChannel]",
  ShadowRealm: "return [typeof ShadowRealm]",
  disposables:
    "const stack = new DisposableStack(); stack.defer(() => { throw 1 }); try { stack.dispose() } catch (e) { loot.push(e) } try { using x = { [Symbol.dispose]() { throw new Error('d') } }; throw new Error('b') } catch (e) { return e }",
  "Intl and Date":
    "try { new Intl.NumberFormat('xx-invalid-locale-zz') } catch (e) { loot.push(e) } return [Intl.DateTimeFormat().resolvedOptions(), new Date().toLocaleString(), Intl]",
  WeakRef: "const ref = new WeakRef({}); return [ref, ref.deref()]",
  "errors of native code":
    "for (const f of [() => null.x, () => x, () => 1n + 1, () => new Array(-1), () => decodeURI('%'), () => 'x'.repeat(-1), () => JSON.parse('{'), () => new RegExp('('), () => Symbol() + '', () => new Proxy({}, null), () => structuredClone({}), () => new ArrayBuffer(2 ** 60), () => [].reduce(() => {})]) try { f() } catch (e) { loot.push(e) } return loot",
};

/** Each runs where the stack is nearly exhausted, over and over, at slightly different depths. */
export const EXHAUSTED: Record<string, string> = {
  "reading error.stack": "return new Error('z').stack",
  "reading error.stack with a Symbol as its name": "const z = new Error('z'); z.name = Symbol('a'); return z.stack",
  captureStackTrace: "const o = {}; Error.captureStackTrace(o); return o.stack",
  "console.log": "console.log('x')",
  "console.error of an object": "console.error([{}])",
  timers: "clearTimeout(setTimeout(() => {}, 1))",
  queueMicrotask: "queueMicrotask(() => {})",
  "a rejected promise": "Promise.reject(1).catch(() => {})",
  Function: "return Function('1')",
  eval: "return eval('1')",
  "a Proxy": "return new Proxy({}, { get() { return 1 } }).x",
  Intl: "return new Intl.NumberFormat('de').format(1)",
};
