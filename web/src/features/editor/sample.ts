/** What a newcomer finds in the editor: it shows arguments, logs and a result at once. */
export const SAMPLE_CODE = `// Runs in a fresh container that nobody used before.
// Define main; its arguments are the JSON array below.
function main(a, b) {
  console.log(\`adding \${a} and \${b}\`);
  return a + b;
}
`;
export const SAMPLE_ARGS = "[2, 3]";
