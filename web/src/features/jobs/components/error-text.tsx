/** Where an error names a place in the user's own code. */
const PLACE = /(main\.js:\d+(?::\d+)?)/;

/** An error whose places lead to their line in the editor. */
export function ErrorText({ text, onGoTo }: { text: string; onGoTo: (line: number, column: number) => void }) {
  // A capturing split puts the places at the odd positions.
  return text.split(PLACE).map((part, index) => {
    if (index % 2 === 0) return part;
    const [, line, column] = part.split(":").map(Number);
    return (
      <button
        key={`${part}-${index}`}
        type="button"
        className="underline underline-offset-2"
        onClick={() => onGoTo(line ?? 1, column ?? 1)}
      >
        {part}
      </button>
    );
  });
}
