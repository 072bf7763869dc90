/**
 * The distribution that a parameter's first values are drawn from, with its constants already worked out.
 * Values depend only on (parameter name, seed, flat index), so any part of a tensor can be made on its own.
 */
export type Initial =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly std: number }
  | { readonly kind: "uniform"; readonly bound: number }
  /** Transposed convolution [in, out / groups, kh, kw]: the bilinear kernel on channel pairs (c, c), zero elsewhere (FCN, section 3.3). */
  | { readonly kind: "bilinear" }
  /** Convolution [out, in / groups, kh, kw]: passes each channel through (Yu and Koltun 2016, section 2). */
  | { readonly kind: "identity" };
