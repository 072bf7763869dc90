/** Frames the lines of an example as a whole file with one model over `image: [N, 3, H, W]`. */
export const inModel = (...lines: readonly string[]): string =>
  `model Example {\n  input image: [N, 3, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
