import fc from "../fast-check.js";
import {
  add, ceilDiv, constant, DimLimit, floorDiv, maximum, minimum, modulo, sub, symbol, times, type Dim,
} from "../../src/tensor/index.js";

export type Tree =
  | { op: "number"; value: number }
  | { op: "symbol"; name: string }
  | { op: "add" | "sub" | "times" | "min" | "max"; a: Tree; b: Tree }
  | { op: "floor" | "ceil" | "mod"; a: Tree; k: number };

export type Env = Record<string, number>;

/** Random expressions over the names, with the strides that networks have. */
export function trees(names: readonly string[], maxDepth = 6): fc.Arbitrary<Tree> {
  return fc.letrec<{ tree: Tree; leaf: Tree }>((tie) => ({
    leaf: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...names).map((name): Tree => ({ op: "symbol", name })) },
      fc.integer({ min: -12, max: 12 }).map((value): Tree => ({ op: "number", value })),
    ),
    tree: fc.oneof(
      { maxDepth, withCrossShrink: true },
      tie("leaf"),
      { weight: 3, arbitrary: fc.record({ op: fc.constantFrom("floor" as const, "ceil", "mod"), a: tie("tree"), k: fc.constantFrom(2, 3, 4, 5, 8) }) },
      { weight: 3, arbitrary: fc.record({ op: fc.constantFrom("add" as const, "sub", "min", "max"), a: tie("tree"), b: tie("tree") }) },
      fc.record({ op: fc.constant("times" as const), a: tie("tree"), b: fc.oneof({ weight: 3, arbitrary: tie("leaf") }, tie("tree")) }),
    ),
  })).tree;
}

/** The value by plain arithmetic, the reference for everything else. */
export function compute(t: Tree, env: Env): number {
  switch (t.op) {
    case "number": return t.value;
    case "symbol": return env[t.name]!;
    case "add": return compute(t.a, env) + compute(t.b, env);
    case "sub": return compute(t.a, env) - compute(t.b, env);
    case "times": return compute(t.a, env) * compute(t.b, env);
    case "min": return Math.min(compute(t.a, env), compute(t.b, env));
    case "max": return Math.max(compute(t.a, env), compute(t.b, env));
    case "floor": return Math.floor(compute(t.a, env) / t.k);
    case "ceil": return Math.ceil(compute(t.a, env) / t.k);
    case "mod": return ((compute(t.a, env) % t.k) + t.k) % t.k;
  }
}

/** The tree in the algebra; undefined where the algebra says that it cannot write it. */
export function dimOf(t: Tree): Dim | undefined {
  try {
    return build(t);
  } catch (error) {
    if (error instanceof DimLimit) return undefined;
    throw error;
  }
}

function build(t: Tree): Dim | undefined {
  if (t.op === "number") return constant(t.value);
  if (t.op === "symbol") return symbol(t.name);
  const a = build(t.a);
  if (a === undefined) return undefined;
  if ("k" in t) return { floor: floorDiv, ceil: ceilDiv, mod: modulo }[t.op](a, t.k);
  const b = build(t.b);
  return b && { add, sub, times, min: minimum, max: maximum }[t.op](a, b);
}

/** Sizes of H and W to compare at. */
export const places: readonly Env[] = Array.from({ length: 451 }, (_, i) => ({ H: i - 50, W: ((i * 37) % 301) - 50 }));

/** What a printed size says, read independently of segc: + - * /, parentheses, floor, ceil. Division is exact. */
export function read(text: string, env: Env): number {
  const tokens = text.match(/\d+|[A-Za-z_]\w*|[-+*/()]/g) ?? [];
  let at = 0;
  const take = (token: string) => tokens[at] === token && (at++, true);
  const sum = (): number => {
    let value = take("-") ? -product() : product();
    for (;;) {
      if (take("+")) value += product();
      else if (take("-")) value -= product();
      else return value;
    }
  };
  const product = (): number => {
    let value = atom();
    for (;;) {
      if (take("*")) value *= atom();
      else if (take("/")) value /= atom();
      else return value;
    }
  };
  const atom = (): number => {
    const token = tokens[at++];
    if (token === "(") {
      const value = sum();
      if (!take(")")) throw new Error(`unbalanced: ${text}`);
      return value;
    }
    if (token === "floor" || token === "ceil") return Math[token](atom());
    if (token !== undefined && /^\d+$/.test(token)) return Number(token);
    if (token !== undefined && token in env) return env[token]!;
    throw new Error(`cannot read ${token} in ${text}`);
  };
  const value = sum();
  if (at !== tokens.length) throw new Error(`left over in ${text}`);
  return value;
}
