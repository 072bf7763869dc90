import type { Image } from "./image.js";

/**
 * Turns an image as its EXIF orientation says (1 to 8):
 *
 *     1: as it is          2: mirrored left-right     3: half turn               4: mirrored top-bottom
 *     5: transposed        6: quarter turn clockwise  7: transposed, half turn   8: quarter turn anticlockwise
 */
export function orient(image: Image, orientation: number): Image {
  if (orientation <= 1 || orientation > 8) return image;
  const { channels } = image;
  const swapped = orientation >= 5;
  const width = swapped ? image.height : image.width;
  const height = swapped ? image.width : image.height;
  const fromRight = orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8;
  const fromBottom = orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7;
  const data = new Uint8Array(image.data.length);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const alongX = swapped ? y : x;
      const alongY = swapped ? x : y;
      const sourceX = fromRight ? image.width - 1 - alongX : alongX;
      const sourceY = fromBottom ? image.height - 1 - alongY : alongY;
      const from = (sourceY * image.width + sourceX) * channels;
      for (let c = 0; c < channels; c++) data[to++] = image.data[from + c]!;
    }
  }
  return { width, height, channels, data };
}
