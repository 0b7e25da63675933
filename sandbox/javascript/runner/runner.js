"use strict";
/**
 * The runner: the one process of a sandbox container. It speaks ../../protocol.md, version 1.
 *
 * Order matters: everything that doesn't need the job (realms, context, bootstrap) is done before
 * `ready`, so that a waiting sandbox answers within milliseconds. After `ready` come one header, one run,
 * one result, and exit 0.
 *
 * Exit codes: 0 after a result, 64 (EX_USAGE, sysexits.h) for a header that can't be used, 70
 * (EX_SOFTWARE) for a fault of the runner itself. 134 is V8's abort when its heap is exhausted.
 */
const { createContext } = require("./context.js");
const { createFrames } = require("./frames.js");
const { severHostRealm } = require("./host-realm.js");
const { readHeader } = require("./header.js");
const { runJob } = require("./job.js");

const EX_USAGE = 64;
const EX_SOFTWARE = 70;

// Node's own handler would format what was thrown, and that may be an object of the user's.
process.setUncaughtExceptionCaptureCallback(() => process.exit(EX_SOFTWARE));

const frames = createFrames();
const inside = createContext();
severHostRealm();

frames.ready();
const header = readHeader();
if (header === undefined) process.exit(EX_USAGE);

frames.open(header.nonce, header.limits);
if (!inside.connect((message) => frames.take(message), header.args)) process.exit(EX_USAGE);
runJob(inside, header.code, frames);
