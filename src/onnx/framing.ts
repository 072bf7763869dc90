/** Protobuf's wire format, as far as the messages that hold streamed weights need it by hand. */

/** A non-negative integer in groups of seven bits; exact up to 2^53, where bit operators would stop at 2^32. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** What stands before the bytes of a length-delimited field (wire type 2). */
export const fieldHeader = (field: number, length: number): Uint8Array => join([varint(field * 8 + 2), varint(length)]);

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
