/** What a drawing is made of, before it has places: boxes for stages or layers, links for what flows between them. */
import type { Role } from "../syntax/ast.js";

export interface Box {
  readonly id: number;
  readonly kind: "input" | "layers" | "output";
  readonly name: string;
  readonly role: Role | undefined;
  /** Of the map that leaves it; undefined where it has no place in the image. */
  readonly level: number | undefined;
  /** Text, since the channels of an input may be a symbol. */
  readonly channels: string;
  /** For the width of the box. */
  readonly depth: number;
  /** Height and width of the map at the drawing's size. */
  readonly size: readonly [number, number] | undefined;
  /** What is inside, in a few characters: `3x3`, `6 conv`, `+`. */
  readonly note: string;
  /** Paths of the nodes inside. */
  readonly paths: readonly string[];
  /** The network's outputs that leave here. */
  readonly outputs: readonly string[];
}

/** How a map changes on its way; in the order of their precedence. */
export type LinkKind = "indices" | "skip" | "pool" | "unpool" | "upconv" | "resize" | "plain";

export interface Link {
  readonly from: number;
  readonly to: number;
  readonly kind: LinkKind;
  /** Paths of the nodes that it stands for. */
  readonly paths: readonly string[];
}

export interface Diagram {
  readonly name: string;
  readonly doc: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly parameters: number;
  /** The sizes that heights are drawn for. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Whether these are asked for: then boxes tell theirs. */
  readonly sized: boolean;
  /** In topological order. */
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}
