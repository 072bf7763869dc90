/** A bound program: every module read once, every name known to what it stands for. */
import type { Place, SourceFile, Span } from "../source/source.js";
import type * as ast from "../syntax/ast.js";
import type { Comment } from "../syntax/comments.js";

export interface Module {
  /** Path as shown: `specs/unet.seg`, `std/blocks.seg`. */
  readonly file: SourceFile;
  readonly tree: ast.File;
  readonly comments: readonly Comment[];
  /** The modules that it uses, in the order of its text. */
  readonly uses: readonly Module[];
  /** Top-level names: own declarations and what `use` brings in. */
  readonly names: ReadonlyMap<string, Declared>;
}

/** A declaration together with the module that it must be worked out in. */
export type Declared =
  | { readonly kind: "model"; readonly model: ast.Model; readonly module: Module }
  | { readonly kind: "block"; readonly block: ast.Block; readonly module: Module }
  | { readonly kind: "let"; readonly let: ast.Let; readonly module: Module };

export interface Program {
  readonly main: Module;
  readonly modules: readonly Module[];
}

export const placeIn = (module: Pick<Module, "file">, at: { readonly span: Span }): Place => ({ file: module.file, span: at.span });
