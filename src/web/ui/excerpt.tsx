/** The words around a hit, with the hit marked. */
const AROUND = 70;

interface ExcerptProps {
  readonly text: string;
  readonly words: string;
}

export function Excerpt({ text, words }: ExcerptProps) {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  if (at === -1) return <>{text.slice(0, 2 * AROUND)}</>;
  const from = Math.max(0, at - AROUND);
  const end = at + words.length;
  return (
    <>
      {from > 0 && "…"}
      {text.slice(from, at)}
      <mark>{text.slice(at, end)}</mark>
      {text.slice(end, end + AROUND)}
      {end + AROUND < text.length && "…"}
    </>
  );
}
