/** Element types of checkpoints, and how their values become float32: exactly where float32 has the value, else rounded to the nearest (64-bit whole numbers by way of a double). */

export type Dtype =
  | "f64" | "f32" | "f16" | "bf16" | "f8_e4m3" | "f8_e5m2"
  | "i64" | "i32" | "i16" | "i8" | "u64" | "u32" | "u16" | "u8" | "bool";

interface Entry {
  /** Bytes of one element. */
  readonly bytes: 1 | 2 | 4 | 8;
  /** `source`: elements in this machine's byte order at the front of a buffer of their own. */
  readonly widen: (source: ArrayBuffer, target: Float32Array) => void;
}

type Numbers = ArrayLike<number>;

const numeric = (view: new (buffer: ArrayBuffer, start: number, length: number) => Numbers) => (source: ArrayBuffer, target: Float32Array): void => {
  const values = new view(source, 0, target.length);
  for (let i = 0; i < target.length; i++) target[i] = values[i]!;
};

const wide = (view: new (buffer: ArrayBuffer, start: number, length: number) => ArrayLike<bigint>) => (source: ArrayBuffer, target: Float32Array): void => {
  const values = new view(source, 0, target.length);
  for (let i = 0; i < target.length; i++) target[i] = Number(values[i]!);
};

export const dtypes: Readonly<Record<Dtype, Entry>> = {
  f64: { bytes: 8, widen: numeric(Float64Array) },
  f32: { bytes: 4, widen: (source, target) => target.set(new Float32Array(source, 0, target.length)) },
  f16: { bytes: 2, widen: looked(Uint16Array, () => halves()) },
  bf16: {
    bytes: 2,
    widen(source, target) {
      const values = new Uint16Array(source, 0, target.length);
      const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
      for (let i = 0; i < bits.length; i++) bits[i] = values[i]! << 16;
    },
  },
  f8_e4m3: { bytes: 1, widen: looked(Uint8Array, () => e4m3()) },
  f8_e5m2: { bytes: 1, widen: looked(Uint8Array, () => e5m2()) },
  i64: { bytes: 8, widen: wide(BigInt64Array) },
  i32: { bytes: 4, widen: numeric(Int32Array) },
  i16: { bytes: 2, widen: numeric(Int16Array) },
  i8: { bytes: 1, widen: numeric(Int8Array) },
  u64: { bytes: 8, widen: wide(BigUint64Array) },
  u32: { bytes: 4, widen: numeric(Uint32Array) },
  u16: { bytes: 2, widen: numeric(Uint16Array) },
  u8: { bytes: 1, widen: numeric(Uint8Array) },
  bool: {
    bytes: 1,
    widen(source, target) {
      const values = new Uint8Array(source, 0, target.length);
      for (let i = 0; i < target.length; i++) target[i] = values[i] === 0 ? 0 : 1;
    },
  },
};

function looked(view: new (buffer: ArrayBuffer, start: number, length: number) => Numbers, table: () => Float32Array) {
  return (source: ArrayBuffer, target: Float32Array): void => {
    const values = new view(source, 0, target.length);
    const of = table();
    for (let i = 0; i < target.length; i++) target[i] = of[values[i]!]!;
  };
}

/** The value of a small float: sign, `exponentBits`, `fractionBits`; with infinities and NaN as in IEEE 754. */
function smallFloat(bits: number, exponentBits: number, fractionBits: number): number {
  const fraction = bits & (2 ** fractionBits - 1);
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const sign = bits >> (exponentBits + fractionBits) ? -1 : 1;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias - fractionBits) : (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias));
}

const lazily = (size: number, value: (bits: number) => number): (() => Float32Array) => {
  let table: Float32Array | undefined;
  return () => (table ??= Float32Array.from({ length: size }, (_, bits) => value(bits)));
};

const halves = lazily(65536, (bits) => smallFloat(bits, 5, 10));
const e5m2 = lazily(256, (bits) => smallFloat(bits, 5, 2));
/** The "fn" variant: no infinities, and NaN only where all bits are set; so the largest exponent holds numbers. */
const e4m3 = lazily(256, (bits) => {
  if ((bits & 0x7f) === 0x7f) return NaN;
  const exponent = (bits >> 3) & 15;
  return exponent < 15 ? smallFloat(bits, 4, 3) : (bits >> 7 ? -1 : 1) * (1 + (bits & 7) / 8) * 2 ** 8;
});

export const littleEndianHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
