import { type Bytes, type ReadyBytes, part, readU64, take, viewOf } from "./bytes.js";
import { InflatedBytes } from "./inflated-bytes.js";
import { limits } from "./limits.js";
import { CheckpointProblem, quoted } from "./problem.js";

export interface ZipEntry {
  readonly name: string;
  readonly compressed: boolean;
  /** The bytes of the file, whichever way they are stored; `bytes.size` is what the directory says. */
  readonly bytes: Bytes;
  /** The same where they are stored as they are. */
  readonly stored: ReadyBytes | undefined;
}

/** No deflated stream is longer than this many times its bytes. */
const largestRatio = 1032;

/**
 * The entries of a zip file, by its central directory (sizes in local headers may be 0). Checked: directory and local
 * headers agree on names, no entries overlap, none is encrypted, no name stands twice, sizes are possible.
 */
export function readZip(file: ReadyBytes): readonly ZipEntry[] {
  const { count, offset, size } = findDirectory(file);
  const where = (at: number): string => `byte ${at}`;
  if (size > limits.zipDirectoryBytes || count > limits.zipEntries) throw new CheckpointProblem(file.file, where(offset), `the zip directory has ${count} entries in ${size} bytes; at most ${limits.zipEntries} in ${limits.zipDirectoryBytes} are read`);
  if (offset + size > file.size) throw new CheckpointProblem(file.file, where(offset), `the zip directory is said to end at byte ${offset + size} of ${file.size}`);
  const directory = take(file, offset, size);
  const view = viewOf(directory);

  const found: (RawEntry & { readonly start: number })[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const raw = directoryEntry(file, directory, view, at, offset + at);
    if (names.has(raw.name)) throw new CheckpointProblem(file.file, where(offset + at), `the zip entry ${quoted(raw.name)} stands twice`);
    names.add(raw.name);
    found.push({ ...raw, start: dataStart(file, raw, offset) });
    at += raw.length;
  }

  let end = 0;
  for (const raw of [...found].sort((a, b) => a.local - b.local)) {
    if (raw.local < end) throw new CheckpointProblem(file.file, `entry ${quoted(raw.name)}`, "it overlaps another entry");
    end = raw.start + raw.compressedSize;
    if (end > offset) throw new CheckpointProblem(file.file, `entry ${quoted(raw.name)}`, `it is said to end at byte ${end}, behind the beginning of the directory (${offset})`);
  }
  return found.map((raw): ZipEntry => {
    const packed = part(file, raw.start, raw.compressedSize, `entry ${quoted(raw.name)}`);
    const compressed = raw.method === 8;
    return { name: raw.name, compressed, bytes: compressed ? new InflatedBytes(packed, raw.size, raw.name) : packed, stored: compressed ? undefined : packed };
  });
}

interface RawEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Of the local header. */
  readonly local: number;
  /** Of this record of the directory. */
  readonly length: number;
}

const endSize = 22;
const largestComment = 65535;

function findDirectory(file: ReadyBytes): { readonly count: number; readonly offset: number; readonly size: number } {
  const tailSize = Math.min(file.size, endSize + largestComment);
  const tail = take(file, file.size - tailSize, tailSize);
  const view = viewOf(tail);
  for (let at = tailSize - endSize; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + endSize + view.getUint16(at + 20, true) !== tailSize) continue;
    const place = file.size - tailSize + at;
    const plain = { count: view.getUint16(at + 10, true), size: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
    const locator = place >= 20 ? viewOf(take(file, place - 20, 20)) : undefined;
    if (locator?.getUint32(0, true) !== 0x07064b50) return plain;
    const zip64At = readU64(locator, 8);
    if (zip64At + 56 > place) throw new CheckpointProblem(file.file, `byte ${place - 20}`, "the end record of the zip64 directory is said to lie behind itself");
    const zip64 = viewOf(take(file, zip64At, 56));
    if (zip64.getUint32(0, true) !== 0x06064b50) throw new CheckpointProblem(file.file, `byte ${zip64At}`, "the end record of the zip64 directory is not there");
    return { count: readU64(zip64, 32), size: readU64(zip64, 40), offset: readU64(zip64, 48) };
  }
  throw new CheckpointProblem(file.file, "", "it begins like a zip file, but has no zip directory at its end: it is cut off");
}

function directoryEntry(file: ReadyBytes, directory: Uint8Array, view: DataView, at: number, place: number): RawEntry {
  const damaged = (what: string): CheckpointProblem => new CheckpointProblem(file.file, `byte ${place}`, what);
  if (at + 46 > directory.length || view.getUint32(at, true) !== 0x02014b50) throw damaged("the zip directory is damaged");
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const length = 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  if (at + length > directory.length) throw damaged("the zip directory is damaged");
  const name = new TextDecoder().decode(directory.subarray(at + 46, at + 46 + nameLength));
  if (nameLength > limits.nameLength) throw damaged(`a name is longer than ${limits.nameLength} bytes`);
  if (flags & 1) throw damaged(`the entry ${quoted(name)} is encrypted`);
  if (method !== 0 && method !== 8) throw damaged(`the entry ${quoted(name)} is compressed by method ${method}; stored and deflated are read`);

  let size = view.getUint32(at + 24, true);
  let compressedSize = view.getUint32(at + 20, true);
  let local = view.getUint32(at + 42, true);
  // The zip64 extra field has those of the three that are all ones, in this order.
  const extraEnd = at + 46 + nameLength + extraLength;
  for (let extra = at + 46 + nameLength; extra + 4 <= extraEnd; ) {
    const body = extra + 4;
    const bodyEnd = body + view.getUint16(extra + 2, true);
    if (view.getUint16(extra, true) === 1 && bodyEnd <= extraEnd) {
      let next = body;
      const wide = (value: number): number => {
        if (value !== 0xffffffff || next + 8 > bodyEnd) return value;
        next += 8;
        return readU64(view, next - 8);
      };
      size = wide(size);
      compressedSize = wide(compressedSize);
      local = wide(local);
    }
    extra = bodyEnd;
  }
  if (method === 0 && size !== compressedSize) throw damaged(`the entry ${quoted(name)} is stored, yet has ${compressedSize} bytes for ${size}`);
  if (size > compressedSize * largestRatio + 64) throw damaged(`the entry ${quoted(name)} is said to hold ${size} bytes in ${compressedSize}, which deflate cannot`);
  return { name, method, compressedSize, size, local, length };
}

function dataStart(file: ReadyBytes, { name, local }: RawEntry, directory: number): number {
  const where = `byte ${local}`;
  if (local + 30 > directory) throw new CheckpointProblem(file.file, where, `the entry ${quoted(name)} is said to begin here, behind the beginning of the directory`);
  const view = viewOf(take(file, local, 30));
  const nameLength = view.getUint16(26, true);
  if (view.getUint32(0, true) !== 0x04034b50) throw new CheckpointProblem(file.file, where, `the entry ${quoted(name)} does not begin here`);
  const start = local + 30 + nameLength + view.getUint16(28, true);
  if (start > directory || new TextDecoder().decode(take(file, local + 30, nameLength)) !== name) throw new CheckpointProblem(file.file, where, `the entry ${quoted(name)} has another name here than in the directory`);
  return start;
}
