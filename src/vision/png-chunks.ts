import { crc32 } from "./crc32.js";
import { checkSize, ImageProblem } from "./image-problem.js";

/** The numbers of PNG's colour types. */
export const colourTypes = { grey: 0, colour: 2, palette: 3, greyAlpha: 4, colourAlpha: 6 } as const;

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
}

export interface PngChunks extends PngHeader {
  /** Red, green, blue of each entry; absent unless the file has one. */
  readonly palette?: Uint8Array;
  /** The parts of the compressed pixels. */
  readonly pixels: readonly Uint8Array[];
}

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

const depthsOf: Readonly<Record<number, readonly number[]>> = {
  [colourTypes.grey]: [1, 2, 4, 8, 16],
  [colourTypes.colour]: [8, 16],
  [colourTypes.palette]: [1, 2, 4, 8],
  [colourTypes.greyAlpha]: [8, 16],
  [colourTypes.colourAlpha]: [8, 16],
};

/** Takes a PNG file apart; the checksums of the chunks that matter must be right. Throws `ImageProblem`. */
export function readPngChunks(file: Uint8Array): PngChunks {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  const pixels: Uint8Array[] = [];
  for (let at = pngSignature.length; ; ) {
    if (at + 12 > file.length) throw new ImageProblem("broken", "the PNG file ends before its end mark");
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > file.length) throw new ImageProblem("broken", `the PNG file ends inside its ${type} chunk`);
    const body = file.subarray(at + 8, end);
    // A capital first letter: the image cannot be shown without this chunk.
    const critical = (file[at + 4]! & 0x20) === 0;
    if (critical && crc32(file.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw new ImageProblem("broken", `the PNG file is damaged: the checksum of its ${type} chunk is wrong`);
    }
    if (type === "IHDR") header = readHeader(body);
    else if (type === "PLTE") palette = body;
    else if (type === "IDAT") pixels.push(body);
    else if (type === "IEND") break;
    else if (critical) throw new ImageProblem("unsupported", `the PNG file needs a ${type} chunk, which is not known`);
    if (header === undefined) throw new ImageProblem("broken", "the PNG file does not begin with its header");
    at = end + 4;
  }
  if (header === undefined || pixels.length === 0) throw new ImageProblem("broken", "the PNG file has no pixels");
  if (header.colourType === colourTypes.palette && (palette === undefined || palette.length % 3 !== 0)) {
    throw new ImageProblem("broken", "the PNG file has no palette, though its pixels refer to one");
  }
  return { ...header, pixels, ...(palette === undefined ? {} : { palette }) };
}

function readHeader(body: Uint8Array): PngHeader {
  if (body.length !== 13) throw new ImageProblem("broken", "the PNG header has a wrong length");
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [depth, colourType, compression, filter, interlace] = body.subarray(8) as unknown as [number, number, number, number, number];
  const header = { width: view.getUint32(0), height: view.getUint32(4), depth, colourType, interlaced: interlace === 1 };
  checkSize(header.width, header.height);
  if (!depthsOf[colourType]?.includes(depth)) {
    throw new ImageProblem("broken", `the PNG header states colour type ${colourType} with ${depth} bits, which does not exist`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new ImageProblem("unsupported", "the PNG file uses a compression, filter or interlacing that is not known");
  }
  return header;
}
