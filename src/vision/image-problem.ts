/** Why a file gave no image. `unknown`: no format that is known here; `unsupported`: a known one, in a form that is not read. */
export type ImageProblemKind = "unknown" | "unsupported" | "broken" | "too-large";

export class ImageProblem extends Error {
  override readonly name = "ImageProblem";
  constructor(
    readonly kind: ImageProblemKind,
    message: string,
  ) {
    super(message);
  }
}

const largestImage = 100_000_000;

/** Called with the size that a header states, before anything is allocated for it. */
export function checkSize(width: number, height: number): void {
  if (width < 1 || height < 1) throw new ImageProblem("broken", `the image is empty: ${width} x ${height}`);
  if (width * height > largestImage) {
    throw new ImageProblem("too-large", `the image has ${width} x ${height} pixels, and at most 100 million are read`);
  }
}
