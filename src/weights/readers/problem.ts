/** A checkpoint that cannot be read, or not trusted. The message says which file, where in it, and what is wrong. */
export class CheckpointProblem extends Error {
  override readonly name = "CheckpointProblem";
  constructor(
    readonly file: string,
    /** `byte 8`, `tensor a.weight`, `data.pkl, byte 12`; empty for the file as a whole. */
    readonly where: string,
    readonly what: string,
    /** What to do next. */
    readonly help?: string,
  ) {
    super(`${file}${where === "" ? "" : `, ${where}`}: ${what}`);
  }
}

/** Something that a file says of itself, without control characters: the file may be hostile, and nothing in it may move the cursor. */
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

/** The same, cut where it is long. */
export const quoted = (text: string): string => `\`${printable(text.length > 80 ? `${text.slice(0, 77)}...` : text)}\``;
