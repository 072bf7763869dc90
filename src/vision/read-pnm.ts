import { checkSize, ImageProblem } from "./image-problem.js";
import type { Image } from "./image.js";

/** A binary PGM (`P5`) or PPM (`P6`) of 8 or 16 bits, stretched to 0..255. Throws `ImageProblem`. */
export function readPnm(file: Uint8Array): Image {
  const channels = file[1] === 0x35 ? 1 : 3;
  let at = 2;
  const number = (): number => {
    for (; at < file.length; at++) {
      if (file[at] === 0x23) while (at < file.length && file[at] !== 0x0a) at++; // # comment
      else if (!isSpace(file[at]!)) break;
    }
    const from = at;
    let value = 0;
    while (at < file.length && file[at]! >= 0x30 && file[at]! <= 0x39) value = value * 10 + (file[at++]! - 0x30);
    if (at === from) throw new ImageProblem("broken", `the PNM header has no number at byte ${at}`);
    return value;
  };
  const width = number();
  const height = number();
  const largest = number();
  checkSize(width, height);
  if (largest < 1 || largest > 65535) throw new ImageProblem("broken", `the PNM header states ${largest} as its largest value`);
  at++; // one space ends the header

  const count = width * height * channels;
  const size = largest > 255 ? 2 : 1;
  if (file.length - at < count * size) throw new ImageProblem("broken", "the PNM file has fewer pixels than its header states");
  const data = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const value = size === 1 ? file[at + i]! : file[at + 2 * i]! * 256 + file[at + 2 * i + 1]!;
    data[i] = Math.round((Math.min(value, largest) * 255) / largest);
  }
  return { width, height, channels, data };
}

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
