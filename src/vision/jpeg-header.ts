import { ImageProblem } from "./image-problem.js";

/** What is known of a JPEG file before it is decoded. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: colour; 4: ink (CMYK). */
  readonly components: number;
  /** How the stored image is to be turned, 1 (not at all) to 8, as EXIF counts. */
  readonly orientation: number;
}

/** Walks over the markers up to the frame header. Throws `ImageProblem`. */
export function readJpegHeader(file: Uint8Array): JpegHeader {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let orientation = 1;
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) throw new ImageProblem("broken", `the JPEG file has no marker at byte ${at}`);
    const marker = file[at + 1]!;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    const length = view.getUint16(at + 2);
    const body = file.subarray(at + 4, at + 2 + length);
    if (length < 2 || at + 2 + length > file.length) break;
    if (marker === 0xe1) orientation = exifOrientation(body) ?? orientation;
    // SOF0 to SOF15, without DHT (c4), JPG (c8) and DAC (cc)
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (marker > 0xc2) {
        throw new ImageProblem("unsupported", "this kind of JPEG (lossless, hierarchical or arithmetic-coded) is not read; save it as an ordinary one");
      }
      if (body.length < 6) break;
      if (body[0] !== 8) throw new ImageProblem("unsupported", `the JPEG file has ${body[0]} bits a sample, and only 8 are read`);
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: body[5]!, orientation };
    }
    at += 2 + length;
  }
  throw new ImageProblem("broken", "the JPEG file ends before its image begins");
}

const orientationTag = 0x0112;

/** The tag of the first directory, where there is one: `Exif\0\0`, byte order, 42, offset of the directory, entries of 12. */
function exifOrientation(body: Uint8Array): number | undefined {
  if (body.length < 14 || String.fromCharCode(...body.subarray(0, 6)) !== "Exif\0\0") return undefined;
  const tiff = new DataView(body.buffer, body.byteOffset + 6, body.byteLength - 6);
  const order = tiff.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return undefined;
  const count = tiff.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.byteLength) return undefined;
    if (tiff.getUint16(entry, little) !== orientationTag) continue;
    const value = tiff.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
