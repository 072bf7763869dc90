/** Reading chevrotain's concrete tree. Its children are kept by name, in the order of their first appearance. */
import type { CstElement, CstNode, IToken } from "chevrotain";

const none: readonly never[] = [];

export const nodes = (cst: CstNode, name: string): readonly CstNode[] => (cst.children[name] as CstNode[] | undefined) ?? none;
export const node = (cst: CstNode, name: string): CstNode | undefined => cst.children[name]?.[0] as CstNode | undefined;
export const tokens = (cst: CstNode, name: string): readonly IToken[] => (cst.children[name] as IToken[] | undefined) ?? none;
export const token = (cst: CstNode, name: string): IToken | undefined => cst.children[name]?.[0] as IToken | undefined;

const isNode = (element: CstElement): element is CstNode => "children" in element;

/** The first child is the first of the first name. */
export function firstToken(cst: CstNode): IToken | undefined {
  for (const name in cst.children) {
    for (const element of cst.children[name]!) {
      const found = isNode(element) ? firstToken(element) : element;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The last child is the last of one of the names. */
export function lastToken(cst: CstNode): IToken | undefined {
  let last: IToken | undefined;
  for (const name in cst.children) {
    const elements = cst.children[name]!;
    for (let i = elements.length - 1; i >= 0; i--) {
      const element = elements[i]!;
      const found = isNode(element) ? lastToken(element) : element;
      if (found === undefined) continue;
      // `>=` is false for the end of the file, whose offset is not a number.
      if (found.startOffset >= (last?.startOffset ?? 0)) last = found;
      break;
    }
  }
  return last;
}
