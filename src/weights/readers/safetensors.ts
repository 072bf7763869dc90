import { type ReadyBytes, part, readU64, take, viewOf } from "./bytes.js";
import { type Dtype, dtypes } from "./dtypes.js";
import { limits } from "./limits.js";
import { CheckpointProblem, quoted } from "./problem.js";
import { type Header, HeaderFault, parseHeader } from "./safetensors-header.js";
import { type StoredTensor, countOf } from "./stored-tensor.js";

const types = new Map<string, Dtype>(Object.entries<Dtype>({
  F64: "f64", F32: "f32", F16: "f16", BF16: "bf16", F8_E4M3: "f8_e4m3", F8_E5M2: "f8_e5m2",
  I64: "i64", I32: "i32", I16: "i16", I8: "i8", U64: "u64", U32: "u32", U16: "u16", U8: "u8", BOOL: "bool",
}));

export interface Contents {
  readonly tensors: readonly StoredTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * `u64 n | n bytes of JSON | data`. Checked: the data of the tensors lie one behind the other without gaps, end where the
 * file ends, and are as long as type and shape say. Throws `CheckpointProblem`.
 */
export function readSafetensors(file: ReadyBytes): Contents {
  const length = readU64(viewOf(take(file, 0, 8)), 0);
  if (length > limits.headerBytes) throw new CheckpointProblem(file.file, "byte 0", `the header is said to take ${length} bytes; at most ${limits.headerBytes} are read`);
  const { entries, metadata } = headerOf(file, take(file, 8, length));
  const start = 8 + length;
  const problem = (name: string, what: string): CheckpointProblem => new CheckpointProblem(file.file, `tensor ${quoted(name)}`, what);

  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const { name, begin, end: next, shape, dtype } of sorted) {
    if (next < begin) throw problem(name, `its data end (${next}) before they begin (${begin})`);
    if (begin !== end) throw problem(name, `its data begin at ${begin}, ${begin < end ? "inside of" : "apart from"} those of another tensor, which end at ${end}`);
    end = next;
    const type = types.get(dtype);
    const expected = type && countOf(shape) * dtypes[type].bytes;
    if (expected !== undefined && expected !== next - begin) throw problem(name, `[${shape.join(", ")}] of ${dtype} takes ${expected} bytes, and it has ${next - begin}`);
  }
  if (start + end !== file.size) throw new CheckpointProblem(file.file, "", `the tensors end at byte ${start + end}, and the file at ${file.size}${start + end > file.size ? ": it is cut off" : ""}`);

  const tensors = entries.map(({ name, dtype, shape, begin, end: next }): StoredTensor => {
    const type = types.get(dtype);
    return {
      name, shape, dtypeName: dtype, dtype: type, start: 0,
      bytes: part(file, start + begin, next - begin, `tensor ${quoted(name)}`),
      ...(type ? {} : { trouble: `its element type ${quoted(dtype)} is not read` }),
    };
  });
  return { tensors, metadata };
}

function headerOf(file: ReadyBytes, bytes: Uint8Array): Header {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CheckpointProblem(file.file, "byte 8", "the header is not UTF-8");
  }
  try {
    return parseHeader(text);
  } catch (error) {
    if (!(error instanceof HeaderFault)) throw error;
    throw new CheckpointProblem(file.file, `byte ${8 + Buffer.byteLength(text.slice(0, error.at))}`, `the header is damaged: ${error.message}`);
  }
}
