/**
 * Random specs that are right by construction, each with what is true of it: shapes and demands as plain functions of numbers
 * (naive.ts). An operator that the registry does not have is not used.
 */
import { operatorNamed } from "../../src/operators/index.js";
import { LegalSizes, fits } from "./legal-sizes.js";
import { type Size, reachesEnd, remembered, windows, windowsCeil } from "./naive.js";
import { Operators } from "./operators.js";
import { type Demand, type Env, type Maker, type Step, type Tensor, blocks, plain, positive } from "./parts.js";
import { type Random, random } from "./random.js";

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

export function generate(seed: number): Generated {
  const r = random(seed);
  return new Generator(seed, r).run();
}

class Generator {
  private readonly lines: string[] = [];
  private readonly tensors: Tensor[] = [];
  private readonly heads: { name: string; shape: (env: Env) => readonly number[] }[] = [];
  private count = 0;
  private readonly fixed: readonly [number | undefined, number | undefined];
  private readonly symbols: readonly [string | undefined, string | undefined];
  private readonly square: boolean;
  private readonly legal: LegalSizes;
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
    this.legal = new LegalSizes(this.square);
    this.makers = new Operators(r, this.tensors, this.symbols, this.square).makers;
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
      seed: this.seed, text: full, heads: this.heads, demands: this.legal.demands, input: shapeOf(input), symbols: this.symbols, claimed: this.legal.claimed,
    };
  }

  private where(): string {
    const { r } = this;
    if (this.symbols[0] !== "H" || this.symbols[1] !== "W" || !r.chance(0.2)) return "";
    const by = r.pick([2, 4, 8, 16]);
    const rest = r.int(0, by - 1);
    const low = r.pick([0, 0, 24, 48]);
    this.legal.claim(by, rest, low);
    const one = (symbol: string): string => (r.chance(0.5) ? `${symbol} = ${by}*${symbol.toLowerCase()} + ${rest}` : `${symbol} % ${by} == ${rest}`);
    return ` where ${["H", "W"].map((symbol) => one(symbol) + (low > 0 ? `, ${symbol} >= ${low}` : "")).join(", ")}`;
  }

  /** The step, where it fits and leaves sizes to run at. */
  private use(step: Step | undefined): Step | undefined {
    if (step === undefined || !fits(step)) return undefined;
    const both: readonly [Size, Size] = [remembered(step.sizes[0]), remembered(step.sizes[1])];
    return this.legal.accept(step.demands ?? []) ? { ...step, sizes: both } : undefined;
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
      if (!fits({ channels: channelsAt(i), sizes })) return;
      demands.push(...positive(sizes));
      all.push({ ref: `${name}[${i}]`, channels: channelsAt(i), sizes });
    }
    if (!this.legal.accept(demands)) return;
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
    if (!fits({ channels: x.channels, sizes: coarse }) || !this.legal.accept(positive(coarse))) return;
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
    if (!fits({ channels: 4, sizes: current }) || !this.legal.accept(demands)) return;
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
    if (!fits({ channels: x.channels, sizes: pooled }) || !this.legal.accept(demands)) return;
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
}
