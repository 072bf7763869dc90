/**
 * Random specs that are right by construction, each with what is true of it: shapes and demands as plain functions of numbers
 * (naive.ts). An operator that the registry does not have is not used.
 */
import { operatorNamed } from "../../src/operators/index.js";
import { type Size, type Window, allFilled, reachesEnd, remembered, samePads, spread, windows, windowsCeil } from "./naive.js";
import { type Random, random } from "./random.js";

export type Env = Readonly<{ N: number; H: number; W: number }>;

/** A demand on one side: 0 height, 1 width. */
export interface Demand {
  readonly side: 0 | 1;
  readonly strictness: "runs" | "lossless";
  readonly holds: (n: number) => boolean;
}

export interface Generated {
  readonly seed: number;
  readonly text: string;
  readonly heads: readonly { readonly name: string; readonly shape: (env: Env) => readonly number[] }[];
  readonly demands: readonly Demand[];
  readonly input: (env: Env) => readonly number[];
  /** The symbols of height and width; undefined where the spec gives a number. Both may be one. */
  readonly symbols: readonly [string | undefined, string | undefined];
  /** What `where` accepts. */
  readonly claimed: readonly [(n: number) => boolean, (n: number) => boolean];
}

/** Sizes up to here are tried. */
export const largestTried = 200;

interface Tensor {
  readonly ref: string;
  readonly channels: number;
  readonly sizes: readonly [Size, Size];
  /** How one writes the sizes, where that is simple. */
  readonly text?: readonly [string, string] | undefined;
}

interface Step {
  /** Goes behind `->`; or the whole expression, where `whole` is set. */
  readonly text: string;
  readonly whole?: boolean;
  readonly channels: number;
  readonly sizes: readonly [Size, Size];
  readonly demands?: readonly Demand[];
  readonly keepsSize?: boolean;
}

type Maker = (x: Tensor) => Step | undefined;

const blocks = `
block unit(x: tensor, channels: int, stride: int = 1, act: block = relu) {
  return x -> conv(channels, 3, stride: stride, bias: false) as conv -> batchnorm as bn -> act
}
block residual(x: tensor, channels: int) -> tensor {
  a = x -> conv(channels, 3) -> relu
  return a + (x -> conv(channels, 1, bias: false) as shortcut)
}
block deep(x: tensor, depth: int, width: int = 4) {
  h[0] = x
  for i in 1..depth { h[i] = h[i-1] -> conv(width, 3, padding: valid) as [i] -> relu }
  return h[depth]
}
block fork(x: tensor) -> {fine: tensor, coarse: tensor} {
  fine = x -> conv(3, 1)
  coarse = x -> maxpool(2, ceil: true)
  return {fine, coarse}
}
block normed(x: tensor, norm: block = batchnorm) {
  return x -> conv(4, 1) -> norm -> relu
}
`;

export function generate(seed: number): Generated {
  const r = random(seed);
  return new Generator(seed, r).run();
}

class Generator {
  private readonly lines: string[] = [];
  private readonly tensors: Tensor[] = [];
  private readonly demands: Demand[] = [];
  private readonly heads: { name: string; shape: (env: Env) => readonly number[] }[] = [];
  private count = 0;
  private readonly fixed: readonly [number | undefined, number | undefined];
  private readonly symbols: readonly [string | undefined, string | undefined];
  private readonly square: boolean;
  private claimed: [(n: number) => boolean, (n: number) => boolean] = [() => true, () => true];
  private stated = false;
  private bounded = false;
  /** What is left of 1 .. largestTried on each side. */
  private legal: [boolean[], boolean[]];
  private readonly makers: readonly Maker[];
  private readonly batch: number | undefined;

  constructor(
    private readonly seed: number,
    private readonly r: Random,
  ) {
    const kind = r.int(0, 9);
    this.square = kind === 0;
    const number = (): number => r.int(9, 40);
    this.fixed = kind === 1 ? [number(), number()] : kind === 2 ? [number(), undefined] : [undefined, undefined];
    this.symbols = this.square ? ["S", "S"] : [this.fixed[0] === undefined ? "H" : undefined, this.fixed[1] === undefined ? "W" : undefined];
    this.batch = r.chance(0.15) ? r.int(1, 2) : undefined;
    const all = (): boolean[] => Array.from({ length: largestTried + 1 }, (_, n) => n > 0);
    this.legal = [all(), all()];
    this.makers = this.list();
  }

  run(): Generated {
    const { r } = this;
    const channels = r.int(1, 6);
    const where = this.where();
    const side = (at: 0 | 1): Size => {
      const given = this.fixed[at];
      return given === undefined ? (n) => n : () => given;
    };
    const text = ([0, 1] as const).map((at) => this.symbols[at] ?? String(this.fixed[at])) as [string, string];
    const input: Tensor = { ref: "image", channels, sizes: [side(0), side(1)], text };
    this.tensors.push(input);
    const statements = r.int(2, 7);
    for (let i = 0; i < statements; i++) this.statement();
    // What no output reads is no part of the network: everything ends in a head.
    const text0 = this.lines.join("\n");
    for (const t of this.tensors.slice(1)) if (text0.split(t.ref).slice(1).filter((rest) => !/^[\w.[]/.test(rest)).length <= 1) this.head(t);
    if (this.heads.length === 0) this.head(this.tensors.at(-1)!);
    const batch = this.batch === undefined ? "N" : String(this.batch);
    const full = [
      "use std.blocks { conv_bn_relu, double_conv as twice }",
      blocks,
      "/// Made by the generator.",
      "model M(classes: int = 3, width: int = 4, flag: bool = true, mode: {plain, fancy} = fancy) {",
      `  input image: [${batch}, ${channels}, ${text.join(", ")}]${where}`,
      ...this.lines.map((line) => `  ${line}`),
      "}",
      "",
    ].join("\n");
    const shapeOf = (t: Tensor) => (env: Env): readonly number[] => [this.batch ?? env.N, t.channels, t.sizes[0](env.H), t.sizes[1](env.W)];
    return {
      seed: this.seed, text: full, heads: this.heads, demands: this.demands, input: shapeOf(input), symbols: this.symbols, claimed: this.claimed,
    };
  }

  private where(): string {
    const { r } = this;
    if (this.symbols[0] !== "H" || this.symbols[1] !== "W" || !r.chance(0.2)) return "";
    const by = r.pick([2, 4, 8, 16]);
    const rest = r.int(0, by - 1);
    const low = r.pick([0, 0, 24, 48]);
    this.stated = true;
    this.bounded = low > 0;
    const claim = (n: number): boolean => n >= low && n % by === rest;
    this.claimed = [claim, claim];
    for (const side of [0, 1] as const) this.legal[side] = this.legal[side].map((ok, n) => ok && claim(n));
    const one = (symbol: string): string => (r.chance(0.5) ? `${symbol} = ${by}*${symbol.toLowerCase()} + ${rest}` : `${symbol} % ${by} == ${rest}`);
    return ` where ${["H", "W"].map((symbol) => one(symbol) + (low > 0 ? `, ${symbol} >= ${low}` : "")).join(", ")}`;
  }

  // ---- what is accepted -------------------------------------------------------------------------------------------

  /** Takes the demands over, unless too few sizes would be left. */
  private accept(demands: readonly Demand[]): boolean {
    const left: [boolean[], boolean[]] = [[...this.legal[0]], [...this.legal[1]]];
    for (const { side, strictness, holds } of demands) {
      if (strictness !== "runs") continue;
      for (const at of this.square ? ([0, 1] as const) : [side])
        for (let n = 1; n <= largestTried; n++) if (left[at][n] && !holds(n)) left[at][n] = false;
    }
    for (const side of [0, 1] as const) {
      if (left[side].filter(Boolean).length < 4 || !left[side].slice(-60).some(Boolean)) return false;
      // Under `where`, only sizes that are too small may go.
      if (!this.stated) continue;
      const claim = this.claimed[side];
      const least = left[side].indexOf(true);
      for (let n = this.bounded ? 1 : least; n <= largestTried; n++) if (claim(n) && !left[side][n]) return false;
    }
    this.legal = left;
    this.demands.push(...demands);
    return true;
  }

  /** Maps stay small where they are run, and do not vanish at once. */
  private fits(step: Pick<Step, "channels" | "sizes">): boolean {
    if (step.channels > 24) return false;
    return step.sizes.every((size) => {
      const [at40, at200] = [size(40), size(200)];
      return at40 <= 90 && at200 >= 1;
    });
  }

  private use(step: Step | undefined): Step | undefined {
    if (step === undefined || !this.fits(step)) return undefined;
    const both: readonly [Size, Size] = [remembered(step.sizes[0]), remembered(step.sizes[1])];
    return this.accept(step.demands ?? []) ? { ...step, sizes: both } : undefined;
  }

  // ---- statements -------------------------------------------------------------------------------------------------

  private fresh(prefix = "t"): string {
    return `${prefix}${this.count++}`;
  }

  private some(): Tensor {
    const { r, tensors } = this;
    return r.chance(0.6) ? tensors.at(-1)! : r.pick(tensors);
  }

  private head(t: Tensor): void {
    const name = this.fresh("y");
    this.lines.push(`head ${name} = ${t.ref}`);
    this.note(name, t);
  }

  private note(name: string, t: Tensor): void {
    const { batch } = this;
    this.heads.push({ name, shape: (env) => [batch ?? env.N, t.channels, t.sizes[0](env.H), t.sizes[1](env.W)] });
  }

  private define(ref: string, step: Pick<Step, "channels" | "sizes" | "keepsSize">, from?: Tensor): Tensor {
    const t: Tensor = { ref, channels: step.channels, sizes: step.sizes, text: step.keepsSize ? from?.text : undefined };
    this.tensors.push(t);
    return t;
  }

  private statement(): void {
    const { r } = this;
    switch (r.int(0, 11)) {
      case 0: return this.family();
      case 1: return this.record();
      case 2: return this.ladder();
      case 3: return this.indices();
      case 4: return this.attention();
      case 5: return this.branches();
      case 6: return this.pieces();
      default: return this.chain();
    }
  }

  /** `name = x -> a -> b` */
  private chain(): void {
    const { r } = this;
    const from = this.some();
    const steps: string[] = [];
    let at = from;
    const name = this.fresh();
    let text = from.ref;
    for (let length = r.int(1, 4); length > 0; length--) {
      const step = this.step(at);
      if (step === undefined) continue;
      const label = !step.whole && r.chance(0.15) ? ` as ${this.fresh("s")}` : "";
      if (step.whole) {
        // An expression needs its operand by name.
        if (steps.length > 0) {
          const inner = this.fresh();
          this.lines.push(`${inner} = ${text}`);
          text = step.text.replaceAll("@", inner);
        } else text = step.text.replaceAll("@", text);
        const own = this.fresh();
        this.lines.push(`${own} = ${text}`);
        text = own;
        steps.length = 0;
      } else {
        text += ` -> ${step.text}${label}`;
        steps.push(step.text);
      }
      at = { ref: name, channels: step.channels, sizes: step.sizes, text: step.keepsSize ? at.text : undefined };
    }
    if (text === from.ref) return;
    const role = r.pick(["", "", "encoder ", "decoder ", "skip ", "context ", "head ", "head ", "head ", "aux "]);
    if (r.chance(0.1) && role !== "head " && role !== "aux ") this.lines.push(`${r.pick(["encoder", "decoder", "context"])} {`, `  ${name} = ${text}`, "}");
    else this.lines.push(`${role}${name} = ${text}`);
    const made = this.define(name, { ...at, keepsSize: at.text !== undefined }, at);
    if (role === "head " || role === "aux ") this.note(name, made);
    else if (r.chance(0.5)) this.head(made);
  }

  private step(x: Tensor): Step | undefined {
    for (let tries = 0; tries < 6; tries++) {
      const maker = this.r.pick(this.makers);
      const found = this.use(maker(x));
      if (found) return found;
    }
    return undefined;
  }

  /** `f[0] = x`, and a loop that fills the others; each may be a head. */
  private family(): void {
    const { r } = this;
    const x = this.some();
    const name = this.fresh("f");
    const rounds = r.int(1, 3);
    const kind = r.int(0, 2);
    const kernel = r.int(1, 3);
    const step = (sizes: readonly [Size, Size]): readonly [Size, Size] =>
      kind === 0 ? sizes
      : kind === 1 ? (sizes.map((size): Size => (n) => windows(size(n), plain(kernel, 2))) as [Size, Size])
      : (sizes.map((size): Size => (n) => size(n) - kernel + 1) as [Size, Size]);
    const text = kind === 0 ? `conv(width, ${kernel})` : kind === 1 ? `conv(2 * width, ${kernel}, stride: 2, padding: 0)` : `conv(width + i, ${kernel}, padding: valid)`;
    const channelsAt = (i: number): number => (i === 0 ? x.channels : kind === 0 ? 4 : kind === 1 ? 8 : 4 + i);
    const all: Tensor[] = [{ ...x, ref: `${name}[0]` }];
    const demands: Demand[] = [];
    for (let i = 1; i <= rounds; i++) {
      const sizes = step(all[i - 1]!.sizes).map(remembered) as unknown as [Size, Size];
      if (!this.fits({ channels: channelsAt(i), sizes })) return;
      demands.push(...positive(sizes));
      all.push({ ref: `${name}[${i}]`, channels: channelsAt(i), sizes });
    }
    if (!this.accept(demands)) return;
    const down = r.chance(0.3);
    if (down) {
      // The same counted down: g[rounds] first.
      this.lines.push(
        `${name}[${rounds}] = ${x.ref}`,
        `for i in ${rounds}-1 downto 0 { ${name}[i] = ${name}[i+1] -> ${text.replaceAll(/\bi\b/g, `(${rounds} - i)`)} }`,
      );
      for (const [i, t] of all.entries()) {
        const own = { ...t, ref: `${name}[${rounds - i}]` };
        this.tensors.push(own);
        if (i > 0 && r.chance(0.6)) this.head(own);
      }
    } else {
      this.lines.push(`${name}[0] = ${x.ref}`, `for i in 1..${rounds} {`, `  ${name}[i] = ${name}[i-1] -> ${text} -> relu`, "}");
      this.tensors.push(...all);
      if (r.chance(0.5)) {
        const heads = this.fresh("y");
        this.lines.push(`for j in 1..${rounds} { head ${heads}[j] = ${name}[j] -> sigmoid }`);
        for (let i = 1; i <= rounds; i++) this.note(`${heads}.${i}`, all[i]!);
      }
    }
  }

  private record(): void {
    const x = this.some();
    const name = this.fresh("p");
    const fine: Step = { text: "", channels: 3, sizes: x.sizes, keepsSize: true };
    const pool = plain(2, 2);
    const coarse = x.sizes.map((size): Size => remembered((n) => windowsCeil(size(n), pool))) as [Size, Size];
    if (!this.fits({ channels: x.channels, sizes: coarse }) || !this.accept(positive(coarse))) return;
    this.lines.push(`${name} = ${x.ref} -> fork`);
    this.define(`${name}.fine`, fine, x);
    this.define(`${name}.coarse`, { channels: x.channels, sizes: coarse });
    this.head(this.tensors.at(this.r.pick([-1, -2]))!);
  }

  /** Down, up, and a join: the figure of a U-Net. */
  private ladder(): void {
    const { r } = this;
    const x = this.some();
    const depth = r.int(1, 3);
    const [down, up] = [this.fresh("d"), this.fresh("u")];
    const padding = r.pick(["same", "valid"]);
    const ceil = r.chance(0.4);
    const joins = r.pick(["crop", "resize", "grown"]);
    const pool = plain(2, 2);
    const demands: Demand[] = [];
    const shrink = padding === "same" ? 0 : 2;
    const downs: [Size, Size][] = [];
    for (let i = 0; i <= depth; i++)
      downs.push(([0, 1] as const).map((side) => {
        const before = i === 0 ? x.sizes[side] : downs[i - 1]![side];
        const pooled: Size = i === 0 ? before : remembered((n) => (ceil ? windowsCeil : windows)(before(n), pool));
        if (i > 0) demands.push({ side, strictness: "runs", holds: (n) => pooled(n) >= 1 });
        if (i > 0 && !ceil) demands.push({ side, strictness: "lossless", holds: (n) => reachesEnd(before(n), pooled(n), pool) });
        const size = remembered((n) => pooled(n) - shrink);
        demands.push({ side, strictness: "runs", holds: (n) => size(n) >= 1 });
        return size;
      }) as [Size, Size]);
    let current: [Size, Size] = downs[depth]!;
    for (let i = depth - 1; i >= 0; i--)
      current = ([0, 1] as const).map((side) => {
        const [below, skip] = [current[side], downs[i]![side]];
        const grown: Size = (n) => 2 * below(n);
        if (joins === "crop") {
          demands.push({ side, strictness: "runs", holds: (n) => skip(n) >= grown(n) });
          demands.push({ side, strictness: "lossless", holds: (n) => (skip(n) - grown(n)) % 2 === 0 });
        }
        if (joins === "grown") demands.push({ side, strictness: "runs", holds: (n) => skip(n) === grown(n) });
        const joined = joins === "crop" ? grown : skip;
        const size = remembered((n) => joined(n) - shrink);
        demands.push({ side, strictness: "runs", holds: (n) => size(n) >= 1 });
        return size;
      }) as [Size, Size];
    if (!this.fits({ channels: 4, sizes: current }) || !this.accept(demands)) return;
    const skip = joins === "crop" ? `${down}[i] -> crop(like: g)` : `${down}[i]`;
    const grown = joins === "resize" ? `${up}[i+1] -> resize(like: ${down}[i], mode: ${r.pick(["bilinear", "nearest"])})` : `${up}[i+1] -> upconv(4)`;
    this.lines.push(
      "encoder {",
      `  ${down}[0] = ${x.ref} -> conv(4, 3, padding: ${padding}) -> relu`,
      `  for i in 1..${depth} { ${down}[i] = ${down}[i-1] -> maxpool(2${ceil ? ", ceil: true" : ""}) -> conv(width, 3, padding: ${padding}) }`,
      "}",
      "decoder {",
      `  ${up}[${depth}] = ${down}[${depth}]`,
      `  for i in ${depth}-1 downto 0 {`,
      `    g = ${grown}`,
      `    skip s = ${skip}`,
      `    ${up}[i] = ${r.pick(["concat(s, g)", "s + g", "s - g"])} -> conv(4, 3, padding: ${padding})`,
      "  }",
      "}",
    );
    this.head(this.define(`${up}[0]`, { channels: 4, sizes: current }));
  }

  private indices(): void {
    if (!operatorNamed.has("maxpool_indices") || !operatorNamed.has("unpool")) return;
    const x = this.some();
    const ceil = this.r.chance(0.5);
    const pool = plain(2, 2);
    const pooled = x.sizes.map((size): Size => remembered((n) => (ceil ? windowsCeil : windows)(size(n), pool))) as [Size, Size];
    const demands = positive(pooled);
    if (!ceil)
      for (const side of [0, 1] as const) demands.push({ side, strictness: "lossless", holds: (n) => reachesEnd(x.sizes[side](n), pooled[side](n), pool) });
    if (!this.fits({ channels: x.channels, sizes: pooled }) || !this.accept(demands)) return;
    const [p, t] = [this.fresh("p"), this.fresh()];
    this.lines.push(`${p} = ${x.ref} -> maxpool_indices(2, ceil: ${ceil})`, `${t} = ${p}.output -> relu -> unpool(${p}.indices, like: ${x.ref})`);
    this.define(`${p}.output`, { channels: x.channels, sizes: pooled });
    this.head(this.define(t, { channels: x.channels, sizes: x.sizes, keepsSize: true }, x));
    if (this.r.chance(0.3)) this.head({ ref: `${p}.indices`, channels: x.channels, sizes: pooled });
  }

  /** Positions as a sequence, where the sizes can be written. */
  private attention(): void {
    if (!["matmul", "reshape", "flatten", "transpose"].every((name) => operatorNamed.has(name))) return;
    const x = this.some();
    if (x.text === undefined) return this.chain();
    const [k, q, a, t] = ["k", "q", "a", "t"].map((letter) => this.fresh(letter));
    const batch = this.batch ?? "N";
    this.lines.push(
      `${k} = ${x.ref} -> flatten(2)`,
      `${q} = ${k} -> transpose([0, 2, 1])`,
      // Channels with channels: the product of positions would grow with the square of the map.
      `${a} = matmul(${k}, ${q}) / 64 -> softmax(axis: 2)`,
      `${t} = matmul(${a}, ${k}) -> reshape([${this.r.pick([batch, -1])}, ${this.r.pick([x.channels, "classes + " + (x.channels - 3)])}, ${x.text.join(", ")}])`,
    );
    const name = this.fresh("y");
    this.lines.push(`head ${name} = ${a}`);
    this.heads.push({ name, shape: (env) => [this.batch ?? env.N, x.channels, x.channels] });
    const flat = this.fresh("y");
    this.lines.push(`head ${flat} = ${q}`);
    this.heads.push({ name: flat, shape: (env) => [this.batch ?? env.N, x.sizes[0](env.H) * x.sizes[1](env.W), x.channels] });
    this.head(this.define(t!, { channels: x.channels, sizes: x.sizes, keepsSize: true }, x));
  }

  /** Both branches of an `if` bind the same name; only one is taken. */
  private branches(): void {
    const x = this.some();
    const [name, taken] = [this.fresh(), this.r.chance(0.5)];
    const step = this.use({ text: "", channels: 5, sizes: x.sizes });
    if (step === undefined) return;
    const [yes, no] = taken ? ["conv(5, 3)", "relu"] : ["relu", "conv(5, 3)"];
    const condition = this.r.pick(taken ? ["flag", "classes == 3", "not (classes < 2)", "mode == fancy", "mode in {fancy}"] : ["not flag", "classes == 4 or classes > 9", "mode == plain"]);
    this.lines.push(`if ${condition} {`, `  ${name} = ${x.ref} -> ${yes}`, "} else {", `  ${name} = ${x.ref} -> ${no}`, "}");
    this.head(this.define(name, { ...step, keepsSize: true }, x));
  }

  private pieces(): void {
    if (!operatorNamed.has("split")) return;
    const x = this.some();
    const parts = [2, 3, 4].filter((n) => x.channels % n === 0);
    if (parts.length === 0) return this.chain();
    const n = this.r.pick(parts);
    const [name, other] = [this.fresh("c"), this.fresh()];
    const by = this.r.chance(0.5) ? String(n) : `sizes: [${Array.from({ length: n }, () => x.channels / n).join(", ")}]`;
    this.lines.push(`${name} = ${x.ref} -> split(${by})`, `${other} = concat([${name}[i] -> relu for i in 0..${n - 1} if i != 9], ${x.ref})`);
    this.head(this.define(`${name}[${n - 1}]`, { channels: x.channels / n, sizes: x.sizes, keepsSize: true }, x));
    this.head(this.define(other, { channels: 2 * x.channels, sizes: x.sizes, keepsSize: true }, x));
  }

  // ---- operators --------------------------------------------------------------------------------------------------

  private pair(low: number, high: number): readonly [number, number] {
    const { r } = this;
    const first = r.int(low, high);
    return r.chance(0.25) ? [first, r.int(low, high)] : [first, first];
  }

  /** [top, left, bottom, right] and how it is written. */
  private padding(kernel: readonly [number, number], dilation: readonly [number, number], most: number): { pads: readonly [number, number, number, number]; text: string } {
    const { r } = this;
    switch (r.int(0, 4)) {
      case 0: {
        const [a, b] = [samePads(kernel[0], dilation[0]), samePads(kernel[1], dilation[1])];
        return { pads: [a[0], b[0], a[1], b[1]], text: "same" };
      }
      case 1: return { pads: [0, 0, 0, 0], text: "valid" };
      case 2: {
        const all = r.int(0, most);
        return { pads: [all, all, all, all], text: String(all) };
      }
      case 3: {
        const [h, w] = [r.int(0, most), r.int(0, most)];
        return { pads: [h, w, h, w], text: `[${h}, ${w}]` };
      }
      default: {
        const pads = [r.int(0, most), r.int(0, most), r.int(0, most), r.int(0, most)] as const;
        return { pads, text: `[${pads.join(", ")}]` };
      }
    }
  }

  private divisor(...of: readonly number[]): number {
    const all = [1, 2, 3, 4, 6, 8].filter((n) => of.every((one) => one % n === 0));
    return this.r.chance(0.4) ? this.r.pick(all) : 1;
  }

  private list(): readonly Maker[] {
    const { r } = this;
    const named = (names: string, maker: Maker): Maker[] => (names.split(" ").every((name) => operatorNamed.has(name)) ? [maker] : []);
    const same = (x: Tensor, text: string, channels = x.channels): Step => ({ text, channels, sizes: x.sizes, keepsSize: true });
    const activations = ["relu", "relu6", "leaky_relu", "prelu", "elu", "gelu", "silu", "mish", "hardswish", "sigmoid", "hardsigmoid", "tanh", "abs"].filter((name) => operatorNamed.has(name));

    const conv: Maker = (x) => {
      const [kernel, stride, dilation] = [this.pair(1, 5), r.chance(0.5) ? ([1, 1] as const) : this.pair(1, 3), r.chance(0.7) ? ([1, 1] as const) : this.pair(1, 3)];
      const out = r.int(1, 8);
      const groups = this.divisor(x.channels, out);
      const { pads, text } = this.padding(kernel, dilation, 3);
      const sizes = sidesOf(x, (size, side) => (n) => windows(size(n), along(side, kernel, stride, dilation, pads)));
      const channels = out === 4 && r.chance(0.5) ? "width" : out === 3 && r.chance(0.5) ? "classes" : out === 6 && r.chance(0.5) ? "if flag then 6 else 1" : String(out);
      const args = [`stride: ${show(stride)}`, `dilation: ${show(dilation)}`, `groups: ${groups}`, `padding: ${text}`];
      if (r.chance(0.3)) args.push("bias: false");
      if (r.chance(0.2)) args.push(`init: ${r.pick(["he", "pytorch", "xavier", "he_uniform", "zeros"])}`);
      return { text: `conv(${channels}, ${r.chance(0.5) ? "kernel: " : ""}${show(kernel)}, ${args.join(", ")})`, channels: out, sizes, demands: positive(sizes) };
    };
    const upconv: Maker = (x) => {
      const [kernel, stride, dilation] = [this.pair(1, 4), this.pair(1, 3), r.chance(0.8) ? ([1, 1] as const) : this.pair(1, 2)];
      const out = r.int(1, 6);
      const groups = this.divisor(x.channels, out);
      const { pads, text } = this.padding(kernel, dilation, 2);
      const extra = [r.int(0, stride[0] - 1), r.int(0, stride[1] - 1)] as const;
      const sizes = sidesOf(x, (size, side) => (n) => spread(size(n), along(side, kernel, stride, dilation, pads), extra[side]));
      return {
        text: `upconv(${out}, ${show(kernel)}, ${show(stride)}, padding: ${text}, extra: ${show(extra)}, dilation: ${show(dilation)}, groups: ${groups})`,
        channels: out, sizes, demands: positive(sizes),
      };
    };
    const pool = (name: string): Maker => (x) => {
      const kernel = this.pair(1, 4);
      const stride = this.pair(1, 3);
      const dilation = name === "avgpool" || r.chance(0.7) ? ([1, 1] as const) : this.pair(1, 3);
      const { pads, text } = this.padding(kernel, dilation, Math.min(...kernel) - 1);
      if (pads.some((amount, at) => amount >= kernel[(at % 2) as 0 | 1])) return undefined;
      // With gaps between the windows, ONNX's own shape inference contradicts ONNX Runtime where the size is fixed.
      const ceil = r.chance(0.5) && ([0, 1] as const).every((side) => stride[side] <= dilation[side] * (kernel[side] - 1) + 1);
      const demands: Demand[] = [];
      const sizes = sidesOf(x, (size, side) => {
        const window = along(side, kernel, stride, dilation, pads);
        const count = remembered((n) => (ceil ? windowsCeil : windows)(size(n), window));
        demands.push({ side, strictness: "runs", holds: (n) => count(n) >= 1 && allFilled(size(n), count(n), window) });
        if (!ceil && stride[side] > 1) demands.push({ side, strictness: "lossless", holds: (n) => reachesEnd(size(n), count(n), window) });
        return count;
      });
      const args = [show(kernel), `stride: ${show(stride)}`, `padding: ${text}`, `ceil: ${ceil}`];
      if (name === "maxpool") args.push(`dilation: ${show(dilation)}`);
      else if (r.chance(0.3)) args.push("count_include_pad: false");
      return { text: `${name}(${args.join(", ")})`, channels: x.channels, sizes, demands };
    };
    const resizeScale: Maker = (x) => {
      const factors = [[2, 1], [1, 2], [3, 2], [1, 4], [3, 1], [5, 4], [3, 4], [7, 10], [1, 10], [11, 10], [3, 5], [1, 3], [2, 3], [1, 1]] as const;
      const first = r.pick(factors);
      const by = r.chance(0.3) ? ([first, r.pick(factors)] as const) : ([first, first] as const);
      const sizes = sidesOf(x, (size, side) => (n) => Math.floor((size(n) * by[side][0]) / by[side][1]));
      const text = by.map(([p, q]) => (q === 3 || r.chance(0.2) ? `${p}/${q}` : String(p / q)));
      return { text: `resize(scale: ${by[0] === by[1] ? text[0] : `[${text.join(", ")}]`}, ${this.interpolation()})`, channels: x.channels, sizes, demands: positive(sizes) };
    };
    const resizeSize: Maker = (x) => {
      const [h, w] = [r.int(1, 30), r.int(1, 30)];
      const [a, b] = this.symbols;
      if (a === undefined || b === undefined || r.chance(0.5))
        return { text: `resize(size: [${h}, ${w}], ${this.interpolation()})`, channels: x.channels, sizes: [() => h, () => w] };
      const forms: readonly (readonly [(s: string) => string, Size])[] = [
        [(s) => s, (n) => n],
        [(s) => `ceil(${s}/2)`, (n) => Math.ceil(n / 2)],
        [(s) => `floor(${s} / 4) + 1`, (n) => Math.floor(n / 4) + 1],
        [(s) => `${s} + 3`, (n) => n + 3],
        [(s) => `max(${s} - 3, ${s})`, (n) => n],
      ];
      const [one, two] = [r.pick(forms), r.pick(forms)];
      return { text: `resize(size: [${one[0](a)}, ${two[0](b)}], ${this.interpolation()})`, channels: x.channels, sizes: [one[1], two[1]] };
    };
    const resizeLike: Maker = (x) => {
      const like = r.pick(this.tensors);
      return { text: `resize(like: ${like.ref}, ${this.interpolation()})`, channels: x.channels, sizes: like.sizes };
    };
    const crop: Maker = (x) => {
      const like = r.pick(this.tensors);
      const offset = r.chance(0.5) ? ([r.int(0, 3), r.int(0, 3)] as const) : undefined;
      const demands = ([0, 1] as const).flatMap((side): Demand[] => [
        { side, strictness: "runs", holds: (n) => like.sizes[side](n) + (offset?.[side] ?? 0) <= x.sizes[side](n) },
        ...(offset ? [] : [{ side, strictness: "lossless", holds: (n: number) => (x.sizes[side](n) - like.sizes[side](n)) % 2 === 0 } as const]),
      ]);
      return { text: `crop(like: ${like.ref}${offset ? `, offset: ${show(offset)}` : ""})`, channels: x.channels, sizes: like.sizes, demands };
    };
    const pad: Maker = (x) => {
      const mode = r.pick(["constant", "reflect", "edge"]);
      const { pads, text } = this.padding([1, 1], [1, 1], 3);
      if (text === "same") return undefined;
      const more = r.chance(0.2) ? 2 : 0;
      const demands = ([0, 1] as const).map((side): Demand => {
        const most = Math.max(pads[side], pads[side + 2]!);
        return { side, strictness: "runs", holds: (n) => mode !== "reflect" || most === 0 || x.sizes[side](n) > most };
      });
      const sizes = sidesOf(x, (size, side) => (n) => size(n) + pads[side] + pads[side + 2]!);
      return { text: `pad(${text}, mode: ${mode}, channels: ${more})`, channels: x.channels + more, sizes, demands };
    };
    const slice: Maker = (x) => {
      if (r.chance(0.4)) {
        const from = r.int(0, x.channels - 1);
        const to = r.int(from + 1, x.channels);
        return { ...same(x, `slice(axis: 1, from: ${from}, to: ${to})`, to - from) };
      }
      const side = r.pick([0, 1] as const);
      const [from, step] = [r.int(0, 4), r.pick([1, 1, 2, 3])];
      const to = r.chance(0.5) ? from + r.int(1, 9) : undefined;
      const text = `slice(axis: ${2 + side}, from: ${from}${to === undefined ? "" : `, to: ${to}`}${step > 1 ? `, step: ${step}` : ""})`;
      const sizes = sidesOf(x, (size, at) => (at !== side ? size : (n) => Math.ceil(((to ?? size(n)) - from) / step)));
      const demands: Demand[] = [{ side, strictness: "runs", holds: (n) => x.sizes[side](n) >= (to ?? from + 1) }];
      return { text, channels: x.channels, sizes, demands };
    };
    const join = (kind: "concat" | "add"): Maker => (x) => {
      const others = this.tensors.filter((t) => t.ref !== x.ref && (kind === "concat" || t.channels === x.channels || t.channels === 1));
      const y = r.pick(others.length > 0 ? others : this.tensors);
      if (kind === "add" && y.channels !== x.channels && y.channels !== 1 && x.channels !== 1) return undefined;
      const broadcast = (side: 0 | 1): boolean => kind === "add" && constantOne(y.sizes[side]);
      const demands = ([0, 1] as const).filter((side) => !broadcast(side)).map((side): Demand => ({ side, strictness: "runs", holds: (n) => x.sizes[side](n) === y.sizes[side](n) }));
      if (([0, 1] as const).some((side) => constantOne(x.sizes[side]) && !constantOne(y.sizes[side]))) return undefined;
      const operator = r.pick(["+", "-", "*"]);
      const channels = kind === "concat" ? x.channels + y.channels : Math.max(x.channels, y.channels);
      return { text: kind === "concat" ? `concat(${r.chance(0.5) ? `@, ${y.ref}` : `[@, ${y.ref}]`})` : `@ ${operator} ${y.ref}`, whole: true, channels, sizes: x.sizes, demands, keepsSize: true };
    };
    const pixelShuffle: Maker = (x) => {
      const factor = r.int(1, 3);
      if (x.channels % (factor * factor) !== 0) {
        const sizes = sidesOf(x, (size) => (n) => 2 * size(n));
        return { text: "conv(8, 1) -> pixel_shuffle(2)", channels: 2, sizes };
      }
      const sizes = sidesOf(x, (size) => (n) => factor * size(n));
      return { text: `pixel_shuffle(${factor})`, channels: x.channels / (factor * factor), sizes };
    };
    const spaceToDepth: Maker = (x) => {
      const factor = r.int(1, 3);
      const sizes = sidesOf(x, (size) => (n) => Math.floor(size(n) / factor));
      const demands = ([0, 1] as const).map((side): Demand => ({ side, strictness: "runs", holds: (n) => x.sizes[side](n) % factor === 0 }));
      return { text: `space_to_depth(${factor})`, channels: x.channels * factor * factor, sizes, demands };
    };
    const constantSize = (text: string, h: number, w: number) => (x: Tensor): Step => ({ text, channels: x.channels, sizes: [() => h, () => w] });

    return [
      conv, conv, conv, upconv, pool("maxpool"), ...named("avgpool", pool("avgpool")),
      resizeScale, resizeSize, resizeLike, crop, crop, join("concat"), join("concat"), join("add"), join("add"),
      (x) => same(x, r.pick(activations)),
      (x) => same(x, r.pick(activations)),
      (x) => same(x, `batchnorm(eps: ${r.pick(["1e-3", "1e-5"])})`),
      (x) => same(x, "dropout(0.5)"),
      ...named("prelu", (x) => same(x, "prelu(per_channel: true)")),
      ...named("groupnorm", (x) => same(x, `groupnorm(${this.divisor(x.channels)}${r.chance(0.3) ? ", affine: false" : ""})`)),
      ...named("instancenorm", (x) => same(x, `instancenorm(affine: ${r.chance(0.5)})`)),
      ...named("layernorm", (x) => same(x, "layernorm")),
      ...named("lrn", (x) => same(x, "lrn(3)")),
      ...named("softmax", (x) => same(x, `softmax(axis: ${r.int(1, 3)})`)),
      ...named("log_softmax", (x) => same(x, "log_softmax")),
      ...named("pad", pad), ...named("slice", slice), ...named("slice", slice),
      ...named("pixel_shuffle", pixelShuffle), ...named("space_to_depth", spaceToDepth),
      ...named("global_avgpool", (x) => constantSize("global_avgpool", 1, 1)(x)),
      ...named("global_maxpool", (x) => constantSize("global_maxpool", 1, 1)(x)),
      ...named("adaptive_avgpool", (x) => {
        const [h, w] = [r.int(1, 6), r.int(1, 6)];
        return constantSize(`adaptive_avgpool([${h}, ${w}])`, h, w)(x);
      }),
      ...named("reduce_mean reduce_max reduce_sum", (x) => {
        const axes = r.pick([[1], [2], [3], [2, 3], [1, 3]]);
        const size = (at: 0 | 1): Size => (axes.includes(2 + at) ? () => 1 : x.sizes[at]);
        return { text: `${r.pick(["reduce_mean", "reduce_max", "reduce_sum"])}(axes: [${axes.join(", ")}])`, channels: axes.includes(1) ? 1 : x.channels, sizes: [size(0), size(1)] };
      }),
      ...named("transpose", (x) => (this.square ? { text: "transpose([0, 1, 3, 2])", channels: x.channels, sizes: [x.sizes[1], x.sizes[0]] } : undefined)),
      ...named("scale", (x) => ({ ...same(x, r.pick(["2 * @", "1 - @", "@ / 4", "-@", "@ + 1.5", "@ - 2"])), whole: true })),
      ...named("div sigmoid mul global_avgpool", (x) => ({ ...same(x, r.pick(["@ / (@ -> sigmoid)", "@ * (@ -> global_avgpool -> sigmoid)", "(@ -> sigmoid) - @"])), whole: true })),
      ...named("exp log sqrt", (x) => same(x, r.pick(["tanh -> exp", "sigmoid -> log", "sigmoid -> sqrt"]))),
      (x) => same(x, `normed(norm: ${r.pick(["batchnorm", "batchnorm(eps: 1e-2)", ...(operatorNamed.has("groupnorm") ? ["groupnorm(groups: 2)", "groupnorm(groups: 4)"] : []), "relu"])})`, 4),
      (x) => same(x, "residual(width)", 4),
      (x) => same(x, r.pick(["twice(4)", "conv_bn_relu(4, 5)", "twice(width, kernel: 1)"]), 4),
      (x) => {
        const stride = r.int(1, 3);
        const sizes = sidesOf(x, (size) => (n) => windows(size(n), { kernel: 3, stride, dilation: 1, before: 1, after: 1 }));
        return { text: `unit(${r.pick(["width + 1", "5"])}, stride: ${stride}, act: ${r.pick(activations)})`, channels: 5, sizes, demands: positive(sizes) };
      },
      (x) => {
        const depth = r.int(0, 3);
        const sizes = sidesOf(x, (size) => (n) => size(n) - 2 * depth);
        return { text: `deep(${depth})`, channels: depth === 0 ? x.channels : 4, sizes, demands: positive(sizes) };
      },
    ];
  }

  private interpolation(): string {
    const { r } = this;
    const mode = r.pick(["bilinear", "nearest", "bicubic"]);
    return `mode: ${mode}${mode !== "nearest" && r.chance(0.2) ? ", align_corners: true" : ""}`;
  }
}

const plain = (kernel: number, stride: number): Window => ({ kernel, stride, dilation: 1, before: 0, after: 0 });

const along = (
  side: 0 | 1, kernel: readonly [number, number], stride: readonly [number, number], dilation: readonly [number, number], pads: readonly [number, number, number, number],
): Window => ({ kernel: kernel[side], stride: stride[side], dilation: dilation[side], before: pads[side], after: pads[(side + 2) as 2 | 3] });

const show = ([h, w]: readonly [number, number]): string => (h === w ? String(h) : `[${h}, ${w}]`);

const sidesOf = (x: Tensor, of: (size: Size, side: 0 | 1) => Size): readonly [Size, Size] => [remembered(of(x.sizes[0], 0)), remembered(of(x.sizes[1], 1))];

const positive = (sizes: readonly [Size, Size]): Demand[] =>
  ([0, 1] as const).map((side) => ({ side, strictness: "runs", holds: (n) => sizes[side](n) >= 1 }));

const constantOne = (size: Size): boolean => size(40) === 1 && size(200) === 1 && size(7) === 1;
