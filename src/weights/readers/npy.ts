import type { Bytes } from "./bytes.js";
import type { Dtype } from "./dtypes.js";
import { dtypes } from "./dtypes.js";
import { limits } from "./limits.js";
import { CheckpointProblem, quoted } from "./problem.js";
import { type StoredTensor, countOf, isPacked } from "./stored-tensor.js";

const types = new Map<string, Dtype>(Object.entries<Dtype>({
  f8: "f64", f4: "f32", f2: "f16", i8: "i64", i4: "i32", i2: "i16", i1: "i8", u8: "u64", u4: "u32", u2: "u16", u1: "u8", b1: "bool",
}));

export const npyMagic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);

/** One numpy array: `\x93NUMPY`, version, length, a dictionary as Python writes it, the elements. Throws or rejects with `CheckpointProblem`. */
export async function readNpy(bytes: Bytes, name: string, where: string): Promise<StoredTensor> {
  const problem = (what: string, help?: string): CheckpointProblem => new CheckpointProblem(bytes.file, where, what, help);
  const get = async (position: number, size: number): Promise<Uint8Array> => {
    if (position + size > bytes.size) throw problem(`it is cut off: it has ${bytes.size} bytes, and its head needs ${position + size}`);
    const target = new Uint8Array(size);
    await bytes.read(target, position);
    return target;
  };
  const begin = await get(0, 10);
  if (npyMagic.some((byte, index) => begin[index] !== byte)) throw problem("it is no .npy file");
  const major = begin[6]!;
  if (major < 1 || major > 3) throw problem(`its format has version ${major}; 1 to 3 are read`);
  const head = major === 1 ? 10 : 12;
  const view = new DataView((major === 1 ? begin : await get(0, 12)).buffer);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > limits.npyHeaderBytes) throw problem(`its header is said to take ${length} bytes; at most ${limits.npyHeaderBytes} are read`);
  const header = parseHeader(new TextDecoder("latin1").decode(await get(head, length)), problem);

  const match = /^([<>|=])([a-zA-Z])(\d{0,3})$/.exec(header.descr);
  const type = match === null ? undefined : types.get(`${match[2]}${match[3]}`);
  if (match === null || type === undefined) {
    const trouble = match?.[2] === "O" ? "it holds Python objects, which are never loaded" : `its element type ${quoted(header.descr)} is not read`;
    return { name, shape: header.shape, dtypeName: header.descr, dtype: undefined, bytes, start: head + length, trouble };
  }
  const size = head + length + countOf(header.shape) * dtypes[type].bytes;
  if (size !== bytes.size) throw problem(`[${header.shape.join(", ")}] of ${header.descr} makes ${size} bytes with the header, and it has ${bytes.size}`);
  const strides = header.shape.map((_, axis) => countOf(header.shape.slice(0, axis)));
  return {
    name, shape: header.shape, dtypeName: header.descr, dtype: type, bytes, start: head + length,
    bigEndian: match[1] === ">",
    ...(header.fortran && !isPacked(header.shape, strides) ? { strides } : {}),
  };
}

interface NpyHeader {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`: a dictionary of three known keys, in any order. */
function parseHeader(text: string, problem: (what: string, help?: string) => CheckpointProblem): NpyHeader {
  const found = new Map<string, string>();
  const body = /^\s*\{([^{}]*)\}\s*$/.exec(text)?.[1];
  const member = /\s*'(\w{1,20})'\s*:\s*('[^']{0,40}'|True|False|\([\d\s,]{0,1000}\)|\[)\s*(,|$)/y;
  for (let at = 0; body !== undefined && body.slice(at).trim() !== ""; at = member.lastIndex) {
    member.lastIndex = at;
    const one = member.exec(body);
    if (one === null && body.slice(at).includes("[")) throw problem("it is an array of records", "save each field as an array of its own");
    if (one === null || found.has(one[1]!)) throw problem("its header is damaged");
    found.set(one[1]!, one[2]!);
  }
  const [descr, fortran, shape] = ["descr", "fortran_order", "shape"].map((key) => found.get(key) ?? "");
  if (found.size !== 3 || !descr!.startsWith("'") || !/^(True|False)$/.test(fortran!) || !shape!.startsWith("(")) throw problem("its header is damaged");
  const sizes = shape!.slice(1, -1).split(",").map((size) => size.trim());
  if (sizes.at(-1) === "") sizes.pop();
  if (sizes.length > limits.rank || sizes.some((size) => !/^\d{1,16}$/.test(size) || Number(size) > Number.MAX_SAFE_INTEGER)) throw problem("its header has no shape that could be");
  return { descr: descr!.slice(1, -1), fortran: fortran === "True", shape: sizes.map(Number) };
}
