/** The operators that random specs draw from, each with its sizes and demands. */
import { operatorNamed } from "../../src/operators/index.js";
import { type Size, allFilled, reachesEnd, remembered, samePads, spread, windows, windowsCeil } from "./naive.js";
import { type Demand, type Maker, type Step, type Tensor, along, constantOne, positive, show, sidesOf } from "./parts.js";
import type { Random } from "./random.js";

/** Operators that are not in the registry are left out. */
export class Operators {
  readonly makers: readonly Maker[];

  /** `tensors`: all that there are so far, for joins. `square`: height and width are one symbol. */
  constructor(
    private readonly r: Random,
    private readonly tensors: readonly Tensor[],
    private readonly symbols: readonly [string | undefined, string | undefined],
    private readonly square: boolean,
  ) {
    this.makers = this.list();
  }

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
