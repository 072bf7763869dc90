/** Where the values of one weight come from. */
export interface WeightSource {
  /** Fills `target` with the values from the flat index `offset` on (row-major). Called with ascending offsets. */
  read(target: Float32Array, offset: number): void | Promise<void>;
}
