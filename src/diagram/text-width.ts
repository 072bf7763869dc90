/** Widths of texts, and where to cut them. */

/** How wide a text becomes: by the widest of the usual fonts (DejaVu Sans), so that it fits with the others as well. */
const wide = new Set("mwMW@%\u2014\u2030");
const narrow = new Set("iljtfrI.,:;|!'()[]{} -\u00b7");

const em = (character: string): number =>
  wide.has(character) ? 0.98 : narrow.has(character) ? 0.41 : character >= "A" && character <= "Z" ? 0.72 : character > "\u2e7f" ? 1.05 : 0.64;

export const textWidth = (text: string, size: number, bold = false): number =>
  [...text].reduce((sum, character) => sum + em(character), 0) * size * (bold ? 1.1 : 1);

/** Cut near the end, which often has the number that tells it from its like. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const tail = 3;
  return `${characters.slice(0, most - 1 - tail).join("")}\u2026${characters.slice(-tail).join("")}`;
}

/** Of a documentation: in the zoo, the paper. */
export function firstSentence(doc: string): string {
  const text = (doc.trim().split(/\n\s*\n/)[0] ?? "").replace(/\s+/g, " ");
  // Not after an initial or `et al.`
  const end = /(?<!\b[A-Z])(?<!\bal)\.(?= |$)/.exec(text);
  return end ? text.slice(0, end.index) : text;
}
