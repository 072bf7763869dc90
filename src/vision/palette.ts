/** Pascal VOC's 256 colours, red green blue each: the bits of the index, dealt out to the three from the top bit down. */
export const vocPalette: Uint8Array = Uint8Array.from({ length: 256 * 3 }, (_, at) => {
  const index = Math.floor(at / 3);
  const channel = at % 3;
  let value = 0;
  for (let j = 0; j < 8; j++) value |= ((index >> (3 * j + channel)) & 1) << (7 - j);
  return value;
});

/** The classes of Pascal VOC by label, spelled as there. */
export const vocClasses: readonly string[] = [
  "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
  "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
];
