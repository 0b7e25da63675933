/** Runs for args[0] ms and answers with args[1]. */
export const sleepCode = `async function main(ms, answer) {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return answer;
}`;

export const helloCode = `function main(name) { return "hello " + name; }`;
