/** Files made to mislead: each is refused with what is wrong and where, quickly and without much memory. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCheckpoint } from "../../src/weights/readers/open-checkpoint.js";
import { CheckpointProblem } from "../../src/weights/readers/problem.js";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "segc-hostile-"))));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, "fixtures", name));

/** Opens the bytes as a file and reads the first elements of every tensor; gives the message of the problem. */
async function refusal(bytes: Uint8Array, name = "file"): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const before = process.memoryUsage().rss;
  const started = process.cpuUsage(); // other tests share the machine
  try {
    const checkpoint = await openCheckpoint(path);
    try {
      for (const tensor of checkpoint.tensors) await checkpoint.read(tensor.name, new Float32Array(Math.min(tensor.elements, 100_000)), 0);
    } finally {
      checkpoint.close();
    }
    return "accepted";
  } catch (error) {
    if (!(error instanceof CheckpointProblem)) throw error;
    return error.message.replace(path, "FILE");
  } finally {
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  }
}

const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const safetensors = (header: string, data = Buffer.alloc(0), length: number | bigint = Buffer.byteLength(header)): Buffer => Buffer.concat([u64(length), Buffer.from(header), data]);
const entry = (name: string, shape: string, begin: number, end: number, dtype = "F32"): string => `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

test.each<[string, Buffer, RegExp]>([
  ["a header longer than the file", safetensors("{}", undefined, 2_000_000), /the file is cut off: 2000000 bytes are needed/],
  ["a header of 2^60 bytes", safetensors("{}", undefined, 1n << 60n), /byte 0: the header is said to take \d+ bytes; at most/],
  ["cut off", safetensors(`{${entry("a", "[4]", 0, 16)}}`, Buffer.alloc(8)), /the tensors end at byte .*, and the file at .*: it is cut off/],
  ["bytes behind the end", safetensors(`{${entry("a", "[1]", 0, 4)}}`, Buffer.alloc(8)), /the tensors end at/],
  ["overlapping tensors", safetensors(`{${entry("a", "[2]", 0, 8)},${entry("b", "[2]", 4, 12)}}`, Buffer.alloc(12)), /tensor `b`: its data begin at 4, inside of/],
  ["a gap", safetensors(`{${entry("a", "[1]", 0, 4)},${entry("b", "[1]", 8, 12)}}`, Buffer.alloc(12)), /tensor `b`: its data begin at 8, apart from/],
  ["backwards", safetensors(`{${entry("a", "[1]", 4, 0)}}`, Buffer.alloc(4)), /end \(0\) before they begin/],
  ["another length than shape", safetensors(`{${entry("a", "[3]", 0, 8)}}`, Buffer.alloc(8)), /tensor `a`: \[3\] of F32 takes 12 bytes, and it has 8/],
  ["2^60 elements", safetensors(`{${entry("a", "[1073741824,1073741824]", 0, 8)}}`, Buffer.alloc(8)), /takes 4611686018427388000 bytes, and it has 8/],
  ["a shape of NaN", safetensors(`{${entry("a", "[NaN]", 0, 4)}}`, Buffer.alloc(4)), /a whole number from 0 on is expected/],
  ["a negative shape", safetensors(`{${entry("a", "[-1]", 0, 4)}}`, Buffer.alloc(4)), /a whole number from 0 on is expected/],
  ["a fraction", safetensors(`{${entry("a", "[1.5]", 0, 4)}}`, Buffer.alloc(4)), /this number is no size/],
  ["33 axes", safetensors(`{${entry("a", `[${Array(33).fill(1).join()}]`, 0, 4)}}`, Buffer.alloc(4)), /there are more than 32 numbers/],
  ["a name twice", safetensors(`{${entry("a", "[1]", 0, 4)},${entry("a", "[1]", 0, 4)}}`, Buffer.alloc(4)), /the name "a" stands twice/],
  ["an unknown type", safetensors(`{${entry("a", "[8]", 0, 4, "F4")}}`, Buffer.alloc(4)), /tensor `a`: its element type `F4` is not read/],
  ["a type that every object has", safetensors(`{${entry("a", "[1]", 0, 4, "constructor")}}`, Buffer.alloc(4)), /`constructor` is not read/],
  ["deep nesting", safetensors(`{"__metadata__":${"[".repeat(1_000_000)}}`), /byte .*`\{` is expected/],
  ["an endless string", safetensors(`{"${"a".repeat(20_000_000)}`), /a string is not closed/],
  ["no UTF-8", safetensors("{\"\xff\"", undefined, 3).fill(0xff, 10), /the header is not UTF-8/],
])("safetensors: %s", async (_, bytes, message) => expect(await refusal(bytes)).toMatch(message));

test("names of a checkpoint cannot reach into objects", async () => {
  expect(await refusal(safetensors(`{"__metadata__":{"__proto__":"x"},${entry("__proto__", "[1]", 0, 4)}}`, Buffer.alloc(4)))).toBe("accepted");
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

test("shards: path tricks and false promises", async () => {
  const index = (map: object): Buffer => Buffer.from(JSON.stringify({ weight_map: map }));
  mkdirSync(join(folder, "outside"), { recursive: true });
  mkdirSync(join(folder, "shards"), { recursive: true });
  writeFileSync(join(folder, "outside/x.safetensors"), safetensors(`{${entry("a", "[1]", 0, 4)}}`, Buffer.alloc(4)));
  writeFileSync(join(folder, "shards/x.safetensors"), safetensors(`{${entry("a", "[1]", 0, 4)}}`, Buffer.alloc(4)));
  symlinkSync("../outside/x.safetensors", join(folder, "shards/link.safetensors"));
  const of = (map: object): Promise<string> => refusal(index(map), "shards/index.json");
  expect(await of({ a: "x.safetensors" })).toBe("accepted");
  for (const file of ["../outside/x.safetensors", "/etc/passwd", "", "C:\\x", "a\0b"]) expect(await of({ a: file })).toMatch(/must lie in the same folder/);
  expect(await of({ a: "link.safetensors" })).toMatch(/it is a link that leads out/);
  expect(await of({ a: "none.safetensors" })).toMatch(/there is no such file/);
  expect(await of({ b: "x.safetensors" })).toMatch(/`x.safetensors` does not have it/);
  expect(await of({ a: 3 })).toMatch(/a file name is expected/);
  expect(await refusal(Buffer.from("{}"))).toMatch(/`weight_map`/);
});

interface Part {
  readonly name: string;
  readonly data: Buffer;
  readonly deflate?: boolean;
  /** What the directory says instead. */
  readonly says?: { readonly size?: number; readonly compressed?: number; readonly offset?: number; readonly flags?: number; readonly method?: number };
}

function zip(parts: readonly Part[], directoryOffset = 0): Buffer {
  const [locals, central]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const { name, data, deflate, says = {} } of parts) {
    const packed = deflate ? deflateRawSync(data) : data;
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(says.flags ?? 0, 8);
    header.writeUInt16LE(says.method ?? (deflate ? 8 : 0), 10);
    header.writeUInt32LE(typeof crc32 === "function" ? crc32(data) : 0, 16);
    header.writeUInt32LE(says.compressed ?? packed.length, 20);
    header.writeUInt32LE(says.size ?? data.length, 24);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt32LE(says.offset ?? at, 42);
    central.push(header, Buffer.from(name));
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    locals.push(local, Buffer.from(name), packed);
    at += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at + directoryOffset, 16);
  return Buffer.concat([...locals, directory, end]);
}
function npy(header: string, data: Buffer, length = header.length): Buffer {
  const head = Buffer.from("\x93NUMPY\x01\x00\0\0", "latin1");
  head.writeUInt16LE(length, 8);
  return Buffer.concat([head, Buffer.from(header, "latin1"), data]);
}
const header = (shape: string, descr = "<f4"): string => `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
const array = npy(header("(2,)"), Buffer.alloc(8));
const million = npy(header("(250000,)"), Buffer.alloc(1_000_000));

test.each<[string, Buffer, RegExp]>([
  ["cut off", fixture("arrays.npz").subarray(0, 900), /no zip directory at its end: it is cut off/],
  ["a directory beyond the file", zip([{ name: "a.npy", data: array }], 500), /the zip directory is said to end/],
  ["an entry beyond the file", zip([{ name: "a.npy", data: array, says: { size: 9999, compressed: 9999 } }]), /entry `a.npy`: it is said to end at byte/],
  ["overlapping entries", zip([{ name: "a.npy", data: array }, { name: "a.npy".replace("a", "b"), data: array, says: { offset: 0 } }]), /the entry `b.npy` has another name here/],
  ["a name twice", zip([{ name: "a.npy", data: array }, { name: "a.npy", data: array }]), /stands twice/],
  ["encrypted", zip([{ name: "a.npy", data: array, says: { flags: 1 } }]), /is encrypted/],
  ["another method", zip([{ name: "a.npy", data: array, says: { method: 14 } }]), /compressed by method 14/],
  ["a bomb by its own word", zip([{ name: "a.npy", data: array, deflate: true, says: { size: 0xfffffff0 } }]), /which deflate cannot/],
  ["a bomb that hides", zip([{ name: "a.npy", data: Buffer.concat([array, Buffer.alloc(50_000_000)]), deflate: true, says: { size: array.length } }]), /entry `a.npy`: it is longer than the \d+ bytes/],
  ["a stream that ends early", zip([{ name: "a.npy", data: array, deflate: true, says: { size: array.length } }]).fill(0, 40, 44), /entry `a.npy`: .*(ends after|damaged)/],
  ["less than it says", zip([{ name: "a.npy", data: million.subarray(0, 200), deflate: true, says: { size: million.length } }]), /which deflate cannot|ends after/],
  ["no arrays", zip([{ name: "x.txt", data: array }]), /without data.pkl/],
  ["npy: a header longer than the file", zip([{ name: "a.npy", data: npy(header("(2,)"), Buffer.alloc(8), 60000) }]), /entry `a.npy`: it is cut off/],
  ["npy: 2^60 elements", zip([{ name: "a.npy", data: npy(header("(1073741824, 1073741824)"), Buffer.alloc(8)) }]), /entry `a.npy`: .* makes 4611686018427388000 bytes/],
  ["npy: no shape", zip([{ name: "a.npy", data: npy(header("(-1,)"), Buffer.alloc(8)) }]), /its header is damaged/],
  ["npy: a call", zip([{ name: "a.npy", data: npy("{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': (1,)}", Buffer.alloc(4)) }]), /its header is damaged/],
  ["npy: records", zip([{ name: "a.npy", data: npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}", Buffer.alloc(4)) }]), /array of records/],
])("zip and npz: %s", async (_, bytes, message) => expect(await refusal(bytes)).toMatch(message));

// Pickle opcodes, by their letters.
const bytesOf = (...parts: readonly (string | readonly number[])[]): Buffer => Buffer.concat(parts.map((one) => (typeof one === "string" ? Buffer.from(one, "latin1") : Buffer.from(one))));
const word = (text: string): Buffer => bytesOf("X", [text.length & 255, text.length >> 8, 0, 0], text);
const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(5, "J");
  bytes.writeInt32LE(value, 1);
  return bytes;
};
const storage = (count: number, type = "torch\nFloatStorage", key = "0"): Buffer => Buffer.concat([bytesOf("("), word("storage"), bytesOf(`c${type}\n`), word(key), word("cpu"), int(count), bytesOf("tQ")]);
const tuple = (values: readonly number[]): Buffer => Buffer.concat([bytesOf("("), ...values.map(int), bytesOf("t")]);
const rebuilt = (count: number, offset: number, size: readonly number[], stride: readonly number[], type?: string): Buffer =>
  Buffer.concat([bytesOf("ctorch._utils\n_rebuild_tensor_v2\n("), storage(count, type), int(offset), tuple(size), tuple(stride), bytesOf([0x89]), bytesOf("ccollections\nOrderedDict\n)RtR")]);
/** As PyTorch 2 writes a tensor of which the storage has the negative. */
const negated = (): Buffer => {
  const plain = rebuilt(4, 0, [4], [1]);
  return Buffer.concat([plain.subarray(0, plain.length - 2), bytesOf("}("), word("neg"), bytesOf([0x88], "utR")]);
};
/** Thousands of tensors with one dictionary of thousands. */
const sharedMetadata = (): Buffer => {
  const plain = rebuilt(4, 0, [4], [1]);
  const keys = Array.from({ length: 60_000 }, (_, i) => Buffer.concat([word(`key ${i}`), bytesOf([0x88])]));
  const tensors = Array.from({ length: 5_000 }, (_, i) => Buffer.concat([word(`t${i}`), plain.subarray(0, plain.length - 2), bytesOf("h\x07tR")]));
  return Buffer.concat([bytesOf([0x80, 2], "}q\x07("), ...keys, bytesOf("u}("), word("a"), plain, ...tensors, bytesOf("u.")]);
};
const dict = (...members: readonly Buffer[]): Buffer => Buffer.concat([bytesOf([0x80, 2], "}("), ...members, bytesOf("u.")]);
const pth = (pickle: Buffer, data = Buffer.alloc(16)): Buffer => zip([{ name: "archive/data.pkl", data: pickle }, { name: "archive/data/0", data }]);

test.each<[string, Buffer, RegExp]>([
  ["a sound one", pth(dict(word("a"), rebuilt(4, 0, [2, 2], [2, 1]))), /^accepted$/],
  ["a call of os.system", pth(bytesOf([0x80, 2], "cposix\nsystem\n", "X\x02\0\0\0id", [0x85], "R.")), /only `posix.system` could make; nothing in a file is ever called/],
  ["eval, hidden in a tensor's place", pth(dict(word("a"), bytesOf("c__builtin__\neval\n", "X\x01\0\0\x001", [0x85], "R"), word("b"), rebuilt(4, 0, [4], [1]))), /tensor `a`: it is what `__builtin__.eval` would make, which is not called/],
  ["a call through a call", pth(bytesOf([0x80, 2], "c__builtin__\ngetattr\n(cos\nsystem\nX\x01\0\0\0xtR)R.")), /`__builtin__.getattr`/],
  ["an opcode of old pickles", pth(bytesOf([0x80, 2], "(S'id'\nios\nsystem\n.")), /entry `archive\/data.pkl`, byte 3: the pickle is refused: the opcode 0x53 is none/],
  ["a storage from elsewhere", pth(dict(word("a"), rebuilt(4, 0, [4], [1], "os\nFloatStorage"))), /tensor `a`: it lies in a storage of type os.FloatStorage, which is not read/],
  ["more elements than the storage", pth(dict(word("a"), rebuilt(4, 0, [5], [1]))), /tensor `a`: it reaches to element 5 of a storage that has 4/],
  ["an offset beyond it", pth(dict(word("a"), rebuilt(4, 3, [2], [1]))), /reaches to element 5/],
  ["strides beyond it", pth(dict(word("a"), rebuilt(4, 0, [2, 2], [1000, 1]))), /reaches to element 1002/],
  ["a negative stride", pth(dict(word("a"), rebuilt(4, 0, [2], [-1]))), /size, stride and offset are not/],
  ["more strides than sizes", pth(dict(word("a"), rebuilt(4, 0, [2], [1, 1]))), /size, stride and offset are not/],
  ["2^60 elements of one", pth(dict(word("a"), rebuilt(4, 0, [2 ** 30, 2 ** 30], [0, 0]))), /are too many elements/],
  ["a storage shorter than it says", pth(dict(word("a"), rebuilt(4000, 0, [4], [1]))), /entry `archive\/data\/0`: 4000 elements of FloatStorage take 16000 bytes, and it has 16/],
  ["a storage that is not there", pth(dict(word("a"), Buffer.from(rebuilt(4, 0, [4], [1]).toString("latin1").replace("X\x01\0\0\x000", "X\x01\0\0\x007"), "latin1"))), /entry `archive\/data\/7`: it is not there/],
  ["a dictionary in itself", pth(bytesOf([0x80, 2], "}q\0(X\x05\0\0\0modelh\0u.")), /it holds no tensors, only `model`/],
  ["a tuple in a list in itself", pth(bytesOf([0x80, 2], "]q\0(h\0h\0e.")), /no dictionary of tensors/],
  ["an empty stack", pth(bytesOf([0x80, 2], "0.")), /opcode 0x30/],
  ["nothing on the stack", pth(bytesOf([0x80, 2], ".")), /it takes from an empty stack/],
  ["no mark", pth(bytesOf([0x80, 2], "t.")), /there is no mark/],
  ["something never remembered", pth(bytesOf([0x80, 2], "h\x09.")), /nothing was remembered as 9/],
  ["cut off", pth(bytesOf([0x80, 2], "}q\0(X\x05\0\0\0mo")), /the pickle is refused: it is cut off/],
  ["a text of 4 GB", pth(bytesOf([0x80, 2], "X\xff\xff\xff\xff")), /it is cut off/],
  ["ten million dictionaries", pth(Buffer.concat([bytesOf([0x80, 2], "]("), Buffer.alloc(10_000_000, "}"), bytesOf("e.")])), /byte \d+: the pickle is refused: it (makes|needs) more than/],
  ["ten million dictionaries, dropped", pth(Buffer.concat([bytesOf([0x80, 2], "]"), Buffer.alloc(10_000_000, "}a"), bytesOf(".")])), /it makes more than 500000 objects/],
  ["a list doubled by its own memo", pth(Buffer.concat([bytesOf([0x80, 2], "]q\0"), ...Array.from({ length: 60 }, (_, i) => bytesOf("(", `h${String.fromCharCode(i)}`, `h${String.fromCharCode(i)}`, "t", `q${String.fromCharCode(i + 1)}`)), bytesOf(".")])), /no dictionary of tensors/],
  ["an OrderedDict made anew of one list, again and again", pth(Buffer.concat([bytesOf([0x80, 2], "ccollections\nOrderedDict\nq\0]q\x01("), ...Array.from({ length: 20_000 }, (_, i) => Buffer.concat([int(i), int(i), bytesOf([0x86])])), bytesOf("e", [0x85], "q\x02"), ...Array.from({ length: 20_000 }, () => bytesOf("h\0h\x02R")), bytesOf(".")])), /it makes more than 500000 objects/],
  ["a tensor that is the negative of its storage", pth(dict(word("a"), negated(), word("b"), rebuilt(4, 0, [4], [1]))), /tensor `a`: it is what `_rebuild_tensor_v2 with neg` would make/],
  ["thousands of tensors with one dictionary of thousands", pth(sharedMetadata()), /tensor `t0`: it is what `_rebuild_tensor_v2 with key 0` would make/],
  ["a pickle of 33 MB", pth(Buffer.concat([bytesOf([0x80, 2]), Buffer.alloc(33 * 1024 * 1024 + 100)])), /a pickle of \d+ bytes is not read/],
])(".pth: %s", async (_, bytes, message) => expect(await refusal(bytes)).toMatch(message));

test(".pth of the older form: cut off, lying counts, unknown storages", async () => {
  const whole = fixture("plain_legacy.pth");
  expect(await refusal(whole)).toBe("accepted");
  expect(await refusal(whole.subarray(0, whole.length - 1))).toMatch(/is cut off: the storage .* ends at byte/);
  expect(await refusal(whole.subarray(0, 200))).toMatch(/the pickle is refused: /);
  // The last storage has two elements of four bytes each; their count stands before them.
  const count = whole.length - 2 * 4 - 8;
  expect(whole.readBigUInt64LE(count)).toBe(2n);
  for (const lie of [0n, 1n, 3n, 1n << 40n]) {
    const wrong = Buffer.from(whole);
    wrong.writeBigUInt64LE(lie, count);
    expect(await refusal(wrong)).toMatch(new RegExp(`the storage .* has ${lie} elements here, and 2 where it is used`));
  }
  expect(await refusal(Buffer.concat([Buffer.from("backbone/storages"), Buffer.alloc(240), Buffer.from("ustar\0"), Buffer.alloc(300)]))).toMatch(/tar archive/);
  expect(await refusal(Buffer.from([0x80, 4, 0x95]))).toMatch(/a pickle that torch.save did not write/);
});

// Protobuf, by hand.
const varint = (value: bigint): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
const number = (field: number, value: number | bigint): Buffer => Buffer.concat([varint(BigInt(field * 8)), varint(BigInt(value))]);
const group = (field: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(body.length)), body]);
};
const string = (field: number, text: string): Buffer => group(field, Buffer.from(text));
const onnx = (...tensors: readonly Buffer[]): Buffer => Buffer.concat([number(1, 8), group(7, ...tensors)]);
const initialiser = (dims: readonly (number | bigint)[], type: number, ...data: readonly Buffer[]): Buffer => group(5, ...dims.map((size) => number(1, size)), number(2, type), string(8, "w"), ...data);
const external = (entries: Readonly<Record<string, string>>): Buffer[] => [...Object.entries(entries).map(([key, value]) => group(13, string(1, key), string(2, value))), number(14, 1)];

test.each<[string, () => Buffer, RegExp]>([
  ["a sound one", () => onnx(initialiser([2], 1, group(9, Buffer.alloc(8)))), /^accepted$/],
  ["halves as integers", () => onnx(initialiser([2], 10, group(5, Buffer.from([1, 2])))), /^accepted$/],
  ["other length than shape", () => onnx(initialiser([3], 1, group(9, Buffer.alloc(8)))), /initialiser `w`: \[3\] of f32 takes 12 bytes, and it has 8/],
  ["no values", () => onnx(initialiser([3], 1)), /takes 12 bytes, and it has 0/],
  ["a negative size", () => onnx(initialiser([-1n], 1, group(9, Buffer.alloc(4)))), /\[-1\] is no shape/],
  ["2^60 elements", () => onnx(initialiser([2 ** 30, 2 ** 30], 1, group(9, Buffer.alloc(4)))), /takes 4611686018427388000 bytes/],
  ["2^62 for a size", () => onnx(initialiser([1n << 62n], 1, group(9, Buffer.alloc(4)))), /is no shape/],
  ["cut off", () => onnx(initialiser([2], 1, group(9, Buffer.alloc(8)))).subarray(0, 20), /field 7 ends at byte \d+, behind what holds it/],
  ["a group longer than the file", () => Buffer.concat([number(1, 8), Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f])]), /damaged or cut off/],
  ["a group of negative length", () => Buffer.concat([number(1, 8), varint(58n), varint(-1n), Buffer.alloc(40)]), /no ONNX file, or a damaged one/],
  ["a name of negative length", () => onnx(Buffer.concat([varint(42n), varint(12n), varint(66n), varint(-1n), Buffer.alloc(1)])), /no ONNX file, or a damaged one/],
  ["a number without end", () => Buffer.concat([number(1, 8), Buffer.alloc(40, 0xff)]), /no ONNX file, or a damaged one/],
  ["values twice", () => onnx(initialiser([1], 1, group(9, Buffer.alloc(4)), group(9, Buffer.alloc(4)))), /given more than once/],
  ["a name twice", () => onnx(initialiser([1], 1, group(9, Buffer.alloc(4))), initialiser([1], 1, group(9, Buffer.alloc(4)))), /stands twice/],
  ["strings", () => onnx(initialiser([1], 8, string(6, "x"))), /element type \(8\) is not read/],
  ["no graph", () => number(1, 8), /it has no graph/],
  ["external: absolute", () => onnx(initialiser([1], 1, ...external({ location: "/etc/passwd" }))), /must lie in the same folder/],
  ["external: upwards", () => onnx(initialiser([1], 1, ...external({ location: "a/../../x" }))), /must lie in the same folder/],
  ["external: no name", () => onnx(initialiser([1], 1, ...external({}))), /must lie in the same folder/],
  ["external: not there", () => onnx(initialiser([1], 1, ...external({ location: "none.bin" }))), /there is no such file/],
  ["external: a link that leads out", () => (symlinkSync("/etc/passwd", join(folder, "out.bin")), onnx(initialiser([1], 1, ...external({ location: "out.bin" })))), /a link that leads out/],
  ["external: a folder", () => (mkdirSync(join(folder, "sub.bin")), onnx(initialiser([1], 1, ...external({ location: "sub.bin" })))), /it is a folder/],
  ["external: beyond the end", () => (writeFileSync(join(folder, "w.bin"), Buffer.alloc(8)), onnx(initialiser([2], 1, ...external({ location: "w.bin", offset: "4" })))), /it lies at the bytes 4 to 12, and there are only 8/],
  ["external: a negative offset", () => onnx(initialiser([1], 1, ...external({ location: "w.bin", offset: "-4" }))), /`-4` is no number of bytes/],
  ["external: another length", () => onnx(initialiser([1], 1, ...external({ location: "w.bin", length: "8" }))), /takes 4 bytes, and it has 8/],
])("ONNX: %s", async (_, bytes, message) => expect(await refusal(bytes())).toMatch(message));

test("ONNX: whole numbers at both ends of 64 bits keep their sign", async () => {
  const path = join(folder, "ends.onnx");
  writeFileSync(path, onnx(initialiser([3], 7, group(7, varint((1n << 63n) - 1n), varint(-(1n << 63n)), varint(-1n)))));
  const checkpoint = await openCheckpoint(path);
  const values = new Float32Array(3);
  await checkpoint.read("w", values, 0);
  checkpoint.close();
  expect([...values]).toEqual([2 ** 63, -(2 ** 63), -1]);
});

test("what is no file, and what is none of ours", async () => {
  await expect(openCheckpoint(folder)).rejects.toThrow("it is a folder");
  await expect(openCheckpoint("/dev/zero")).rejects.toThrow("not a regular file");
  expect(await refusal(Buffer.alloc(0))).toMatch(/it is empty/);
  expect(await refusal(Buffer.from("\x89HDF\r\n\x1a\n", "latin1"))).toMatch(/HDF5/);
  expect(await refusal(Buffer.from("hello, world, this is no checkpoint"))).toMatch(/none of safetensors/);
});
