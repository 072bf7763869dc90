/** The initialisers of an ONNX file, found by walking over its fields: what lies between them is passed over, not read. */
import { type ReadyBytes, FileBytes, inMemory, part, take, viewOf } from "./bytes.js";
import { type Dtype, dtypes } from "./dtypes.js";
import { limits } from "./limits.js";
import { CheckpointProblem, quoted } from "./problem.js";
import { beside } from "./safetensors-index.js";
import { type StoredTensor, countOf } from "./stored-tensor.js";

/** `TensorProto.DataType`. */
const types = new Map<number, Dtype>([
  [1, "f32"], [2, "u8"], [3, "i8"], [4, "u16"], [5, "i16"], [6, "i32"], [7, "i64"], [9, "bool"], [10, "f16"], [11, "f64"],
  [12, "u32"], [13, "u64"], [16, "bf16"], [17, "f8_e4m3"], [19, "f8_e5m2"],
]);

interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of a number: its value. */
  readonly value: number;
  /** Of a group of bytes: where they lie. */
  readonly start: number;
  readonly end: number;
}

/** Reads small pieces through a window, so that the walk makes few system calls. */
class Walker {
  private window: Uint8Array = new Uint8Array(0);
  private windowAt = 0;
  private fields = 0;
  constructor(private readonly file: ReadyBytes) {}

  /** The fields of the message at [start, end). */
  *message(start: number, end: number): Generator<Field> {
    for (let at = start; at < end; ) {
      if (++this.fields > limits.onnxFields) throw new CheckpointProblem(this.file.file, `byte ${at}`, `there are more than ${limits.onnxFields} fields`);
      const [key, afterKey] = this.varint(at, end);
      const [number, wire] = [Math.floor(key / 8), key % 8];
      if (number === 0) throw this.damaged(at);
      let next = afterKey;
      let value = 0;
      if (wire === 0) [value, next] = this.varint(afterKey, end);
      else if (wire === 1) next += 8;
      else if (wire === 5) next += 4;
      else if (wire === 2) {
        const [length, from] = this.varint(afterKey, end);
        if (length < 0) throw this.damaged(at);
        next = from + length;
        if (next <= end) yield { number, wire, value: 0, start: from, end: next };
      } else throw this.damaged(at);
      if (next > end) throw new CheckpointProblem(this.file.file, `byte ${at}`, `field ${number} ends at byte ${next}, behind what holds it (${end}): the file is damaged or cut off`);
      if (wire !== 2) yield { number, wire, value, start: afterKey, end: next };
      at = next;
    }
  }

  text(field: Field, most: number): string {
    if (field.wire !== 2 || field.end - field.start > most) throw new CheckpointProblem(this.file.file, `byte ${field.start}`, `a name is longer than ${most} bytes`);
    return new TextDecoder().decode(take(this.file, field.start, field.end - field.start));
  }

  /** Numbers of an integer field, packed or one alone. */
  integers(field: Field, most: number): number[] {
    if (field.wire === 0) return [field.value];
    const values: number[] = [];
    for (let at = field.start; at < field.end; ) {
      if (values.length === most) throw new CheckpointProblem(this.file.file, `byte ${at}`, `there are more than ${most} numbers`);
      const [value, next] = this.varint(at, field.end);
      values.push(value);
      at = next;
    }
    return values;
  }

  /** As a signed 64-bit number; beyond 2^53 not exact. */
  private varint(from: number, end: number): [value: number, next: number] {
    let low = 0; // 28 bits
    let high = 0; // the 36 above
    for (let at = from, shift = 0; at < end && shift < 70; at++, shift += 7) {
      const byte = this.byte(at);
      if (shift < 28) low += (byte & 0x7f) * 2 ** shift;
      else high += (byte & 0x7f) * 2 ** (shift - 28);
      // Bit 63 is the sign: taken off the high part, where nothing is rounded.
      if (byte < 0x80) return [(high >= 2 ** 35 ? high - 2 ** 36 : high) * 2 ** 28 + low, at + 1];
    }
    throw this.damaged(from);
  }

  private byte(at: number): number {
    if (at < this.windowAt || at >= this.windowAt + this.window.length) {
      this.window = take(this.file, at, Math.min(32 * 1024, this.file.size - at));
      this.windowAt = at;
    }
    return this.window[at - this.windowAt]!;
  }

  damaged(at: number): CheckpointProblem {
    return new CheckpointProblem(this.file.file, `byte ${at}`, "it is no ONNX file, or a damaged one");
  }
}

export interface OnnxContents {
  readonly tensors: readonly StoredTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** `opened` gets the files of external data, also when it throws. Throws `CheckpointProblem`. */
export function readOnnxInitialisers(file: ReadyBytes, opened: FileBytes[]): OnnxContents {
  const walker = new Walker(file);
  const external = externalFiles(file.file, opened);
  const tensors: StoredTensor[] = [];
  const names = new Set<string>();
  const metadata: Record<string, string> = {};
  let graphs = 0;
  for (const field of walker.message(0, file.size)) {
    if (field.number === 14 && field.wire === 2) {
      const [key, value] = entry(walker, field);
      Object.defineProperty(metadata, key, { value, enumerable: true, configurable: true });
    }
    if (field.number !== 7 || field.wire !== 2) continue;
    graphs++;
    for (const inner of walker.message(field.start, field.end)) {
      if (inner.number !== 5 || inner.wire !== 2) continue;
      const tensor = readTensor(file, walker, inner, external);
      if (names.has(tensor.name)) throw new CheckpointProblem(file.file, `byte ${inner.start}`, `the initialiser ${quoted(tensor.name)} stands twice`);
      names.add(tensor.name);
      tensors.push(tensor);
      if (tensors.length > limits.tensors) throw new CheckpointProblem(file.file, `byte ${inner.start}`, `there are more than ${limits.tensors} initialisers`);
    }
  }
  if (graphs !== 1) throw new CheckpointProblem(file.file, "", graphs === 0 ? "it has no graph: it is no ONNX file, or a damaged one" : `it has ${graphs} graphs`);
  return { tensors, metadata };
}

/** Field numbers of TensorProto. */
const proto = { dims: 1, type: 2, segment: 3, floats: 4, int32s: 5, strings: 6, int64s: 7, name: 8, raw: 9, doubles: 10, uint64s: 11, external: 13, location: 14 } as const;

function readTensor(file: ReadyBytes, walker: Walker, message: Field, external: (name: string) => FileBytes): StoredTensor {
  const shape: number[] = [];
  let type = 0;
  let name = "";
  let location = 0;
  let data: Field | undefined;
  const outside = new Map<string, string>();
  const where = (): string => (name === "" ? `byte ${message.start}` : `initialiser ${quoted(name)}`);
  const problem = (what: string): CheckpointProblem => new CheckpointProblem(file.file, where(), what);
  for (const field of walker.message(message.start, message.end)) {
    if (field.number === proto.dims) shape.push(...walker.integers(field, limits.rank));
    else if (field.number === proto.type) type = field.value;
    else if (field.number === proto.name) name = walker.text(field, limits.nameLength);
    else if (field.number === proto.location) location = field.value;
    else if (field.number === proto.external) outside.set(...entry(walker, field));
    else if (field.number === proto.segment) throw problem("it is divided into segments, which nobody reads");
    else if ([proto.floats, proto.int32s, proto.int64s, proto.raw, proto.doubles, proto.uint64s].some((number) => number === field.number)) {
      if (data !== undefined) throw problem("its values are given more than once, or one by one");
      data = field;
    }
    if (shape.length > limits.rank) throw problem(`it has more than ${limits.rank} axes`);
  }
  const dtype = types.get(type);
  const base = { name, shape, dtypeName: dtype ?? `type ${type}`, dtype, start: 0 };
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) throw problem(`[${shape.join(", ")}] is no shape`);
  if (dtype === undefined) return { ...base, bytes: inMemory(file.file, new Uint8Array(0)), trouble: `its element type (${type}) is not read` };
  const count = countOf(shape);
  const size = count * dtypes[dtype].bytes;
  const exact = (bytes: ReadyBytes): StoredTensor => {
    if (bytes.size !== size) throw problem(`[${shape.join(", ")}] of ${dtype} takes ${size} bytes, and it has ${bytes.size}`);
    return { ...base, bytes };
  };
  if (location === 1) {
    const source = external(outside.get("location") ?? "");
    const offset = decimal(outside.get("offset") ?? "0", problem);
    return exact(part(source, offset, outside.has("length") ? decimal(outside.get("length")!, problem) : size, where()));
  }
  if (data === undefined) return exact(inMemory(file.file, new Uint8Array(0)));
  const packed = (): ReadyBytes => part(file, data.start, data.end - data.start, where());
  if (data.wire === 2 && (data.number === proto.raw || (data.number === proto.floats && dtype === "f32") || (data.number === proto.doubles && dtype === "f64"))) return exact(packed());
  if (data.number === proto.floats || data.number === proto.doubles || data.number === proto.raw) throw problem("its values are not in the field that its type asks for");
  if (integerField(dtype) !== data.number) throw problem("its values are not in the field that its type asks for");
  return exact(inMemory(file.file, fromIntegers(walker.integers(data, Math.min(count + 1, limits.varintElements)), dtype)));
}

/** The field that has the values of a type where they are not raw. */
const integerField = (dtype: Dtype): number | undefined =>
  dtype === "i64" ? proto.int64s : dtype === "u64" || dtype === "u32" ? proto.uint64s : dtype === "f32" || dtype === "f64" ? undefined : proto.int32s;

/** The largest that a double holds: what was read as 2^63 is a little less, and would become negative. */
const largestBelow63 = 2 ** 63 - 1024;

/** Small types, halves too, may be written as whole numbers: of a half, its bits. */
function fromIntegers(values: readonly number[], dtype: Dtype): Uint8Array {
  const { bytes: size } = dtypes[dtype];
  const bytes = new Uint8Array(values.length * size);
  const view = viewOf(bytes);
  values.forEach((value, index) => {
    if (size === 1) view.setUint8(index, value);
    else if (size === 2) view.setUint16(2 * index, value, true);
    else if (size === 4) view.setInt32(4 * index, value, true);
    else view.setBigInt64(8 * index, BigInt(Math.min(value, largestBelow63)), true);
  });
  return bytes;
}

/** A StringStringEntryProto: key and value. */
function entry(walker: Walker, message: Field): [string, string] {
  let [key, value] = ["", ""];
  for (const field of walker.message(message.start, message.end)) {
    if (field.number === 1) key = walker.text(field, limits.nameLength);
    if (field.number === 2) value = field.end - field.start > metadataLength ? "" : walker.text(field, metadataLength);
  }
  return [key, value];
}

/** Longer values of metadata are passed over. */
const metadataLength = 64 * 1024;

function decimal(text: string, problem: (what: string) => CheckpointProblem): number {
  if (!/^\d{1,15}$/.test(text)) throw problem(`${quoted(text)} is no number of bytes`);
  return Number(text);
}

function externalFiles(model: string, opened: FileBytes[]): (name: string) => FileBytes {
  const known = new Map<string, FileBytes>();
  return (name) => {
    let file = known.get(name);
    if (file === undefined) {
      if (known.size === limits.shards) throw new CheckpointProblem(model, "", `its data are in more than ${limits.shards} files`);
      file = FileBytes.open(beside(model, name));
      opened.push(file);
      known.set(name, file);
    }
    return file;
  };
}
