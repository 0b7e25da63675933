/* Copies the archive into the folder that is the only argument. Under another name first, so that nobody loads half of it. */
const { copyFileSync, renameSync } = require("node:fs");
const { join } = require("node:path");

const [folder] = process.argv.slice(2);
if (!folder) {
  process.stderr.write("Usage: copy-archive.js FOLDER\n");
  process.exit(2);
}
const target = join(folder, "sandbox.tar");
copyFileSync("/archive/sandbox.tar", `${target}.part`);
renameSync(`${target}.part`, target);
process.stdout.write(`copied to ${target}\n`);
