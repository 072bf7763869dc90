import { checkSize, ImageProblem } from "./image-problem.js";
import type { Image } from "./image.js";
import { readJpegHeader } from "./jpeg-header.js";
import { orient } from "./orient.js";

/**
 * A JPEG (baseline or progressive; grey, colour or CMYK) as 8-bit grey or colour, turned upright as its EXIF data say.
 * Other decoders differ from this one by a few levels, mostly at edges between colours. Throws `ImageProblem`.
 */
export async function readJpeg(file: Uint8Array): Promise<Image> {
  const header = readJpegHeader(file);
  checkSize(header.width, header.height);
  const { decode } = (await import("jpeg-js")).default;
  let rgba: Uint8Array;
  try {
    // Its own limits are set aside: the size was checked, and it counts all its working memory against them.
    const limits = { maxResolutionInMP: 101, maxMemoryUsageInMB: 8192 };
    rgba = decode(file, { useTArray: true, formatAsRGBA: true, tolerantDecoding: false, ...limits }).data;
  } catch (error) {
    throw new ImageProblem("broken", `the JPEG file cannot be decoded (${(error as Error).message})`);
  }
  const channels = header.components === 1 ? 1 : 3;
  const pixels = header.width * header.height;
  const data = new Uint8Array(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < channels; c++) data[i * channels + c] = rgba[4 * i + c]!;
  }
  return orient({ width: header.width, height: header.height, channels, data }, header.orientation);
}
