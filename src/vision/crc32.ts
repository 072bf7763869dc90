const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let bits = byte;
  for (let step = 0; step < 8; step++) bits = bits & 1 ? (bits >>> 1) ^ 0xedb88320 : bits >>> 1;
  return bits >>> 0;
});

/** The checksum of PNG and zip, unsigned. (Node has one of its own only from version 22.) */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
