/**
 * What a checkpoint may ask of us, in one place. A file is read by ranges, so its size has no limit; these bound what is
 * held in memory at once and the work before the first value. Every well-known checkpoint stays far below them.
 */
export const limits = {
  /** Bytes of a safetensors header or a shard index. The format allows 100 000 000; 10 000 tensors take about 1 MB. */
  headerBytes: 32 * 1024 * 1024,
  /** Bytes of all pickles of a .pth file together, without the tensors. */
  pickleBytes: 32 * 1024 * 1024,
  /** Objects (tuples, lists, dictionaries, calls, long strings) that a pickle may make. */
  pickleObjects: 500_000,
  /** Values on the pickle machine's stack, and in its memo. */
  pickleStack: 1_000_000,
  /** Bytes of a zip file's directory, and its entries. */
  zipDirectoryBytes: 32 * 1024 * 1024,
  zipEntries: 200_000,
  /** Bytes of the dictionary at the head of a .npy file. */
  npyHeaderBytes: 64 * 1024,
  tensors: 200_000,
  nameLength: 4096,
  rank: 32,
  /** Files that a checkpoint may be divided into. */
  shards: 4096,
  /** Fields of an ONNX file that are looked at before its initialisers are known. */
  onnxFields: 20_000_000,
  /** Elements between the first and the last of a tensor that is not stored row by row: that range is held in memory. */
  stridedElements: 2 ** 28,
  /** Elements of a tensor that ONNX stores as numbers of varying length (`int32_data`, `int64_data`): held in memory. */
  varintElements: 2 ** 24,
  /** Lines of a file of renames. */
  renames: 10_000,
} as const;
