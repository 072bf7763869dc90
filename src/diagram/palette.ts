/** Colours by role and kind, in a light and a dark form; contrast with the background is at least 3 to 1 for lines and 4.5 to 1 for text. */
import type { Box, LinkKind } from "./diagram.js";

export type Paint = "input" | "encoder" | "context" | "skip" | "decoder" | "head" | "aux" | "loss" | "other";

export const paintOf = (box: Box): Paint => (box.kind === "input" ? "input" : box.role === undefined ? "other" : box.role);

/** In the order of the legend. */
export const paints: Readonly<Record<Paint, { readonly word: string; readonly light: string; readonly dark: string }>> = {
  input: { word: "input", light: "#7d8796", dark: "#8a94a3" },
  encoder: { word: "encoder", light: "#3b7dd8", dark: "#5b98ea" },
  context: { word: "context", light: "#8a4fc9", dark: "#a878e0" },
  skip: { word: "skip", light: "#bd7b0c", dark: "#e0a33a" },
  decoder: { word: "decoder", light: "#2c9c63", dark: "#45b57c" },
  head: { word: "head", light: "#d3434f", dark: "#e8656f" },
  aux: { word: "auxiliary", light: "#c0669b", dark: "#d184b1" },
  loss: { word: "loss", light: "#3f4854", dark: "#c3ccd7" },
  other: { word: "no role", light: "#6b7684", dark: "#97a2b0" },
};

export const strokes: Readonly<Record<LinkKind, { readonly word: string; readonly light: string; readonly dark: string; readonly dash?: string }>> = {
  plain: { word: "flow", light: "#4d5866", dark: "#aab4c0" },
  skip: { word: "skip", light: "#b8740a", dark: "#e0a33a" },
  pool: { word: "pooling", light: "#c2323e", dark: "#f0808a" },
  upconv: { word: "transposed convolution", light: "#1d8550", dark: "#56c78d" },
  resize: { word: "interpolation", light: "#0f7f99", dark: "#4fb8d0" },
  unpool: { word: "unpooling", light: "#7a4cc0", dark: "#b28ae8" },
  indices: { word: "pooling indices", light: "#7a4cc0", dark: "#b28ae8", dash: "4 3" },
};

export const surface = {
  paper: { light: "#ffffff", dark: "#12161c" },
  band: { light: "#f3f5f8", dark: "#1a2029" },
  ink: { light: "#1d2430", dark: "#e6eaf0" },
  muted: { light: "#5a6472", dark: "#a3adba" },
} as const;
