/** PyTorch's operators in segc's words: for each oracle case the statements of a model, and what is fed. */
export interface Tensor {
  readonly dtype: "float32" | "int64";
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

export interface OracleCase {
  readonly case: string;
  // Each operator has its own attributes; `write` below reads them.
  readonly attrs: Readonly<Record<string, any>>;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** A case as a spec. Shapes name sizes where the case leaves them open, so the spec holds for all of them. */
export interface Written {
  /** Inputs by name: their shape in .seg, and the tensor. */
  readonly inputs: Readonly<Record<string, readonly [shape: string, tensor: Tensor]>>;
  /** Statements; heads are compared with the outputs of their name, `output` for `y`. */
  readonly body: readonly string[];
  /** Parameters by path. */
  readonly weights?: Readonly<Record<string, Tensor | undefined>>;
  /** Heads that are compared with something else than the case's own output of that name. */
  readonly expected?: Readonly<Record<string, Tensor>>;
}

export const total = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** [N, C, H, W] with a fixed number of channels; fewer axes likewise. */
function open({ shape }: Tensor): string {
  const [, channels] = shape;
  return { 1: "[L]", 2: `[N, ${channels}]`, 3: `[N, ${channels}, L]`, 4: `[N, ${channels}, H, W]` }[shape.length]!;
}

const pair = (values: readonly number[]): string => `[${values.join(", ")}]`;
/** [height, width] on both sides. */
const both = ([height, width]: readonly number[]): string => `[${height}, ${width}, ${height}, ${width}]`;
const filled = (count: number, value: number): Tensor => ({ dtype: "float32", shape: [count], data: new Array<number>(count).fill(value) });
const flat = (tensor: Tensor | undefined): Tensor | undefined => tensor && { ...tensor, shape: [total(tensor.shape)] };

const elementwise = (call: string) => ({ inputs }: OracleCase): Written => ({ inputs: { x: [open(inputs["input"]!), inputs["input"]!] }, body: [`head y = x -> ${call}`] });

const pooling = (a: OracleCase["attrs"]): string =>
  [`${pair(a["kernel"])}`, `stride: ${pair(a["stride"])}`, `padding: ${both(a["padding"])}`, ...(a["dilation"] ? [`dilation: ${pair(a["dilation"])}`] : []), `ceil: ${a["ceil_mode"]}`].join(", ");

/** PyTorch counts inside a plane, ONNX over the whole tensor. */
function wholeIndices(indices: Tensor, height: number, width: number): Tensor {
  const plane = indices.shape[2]! * indices.shape[3]!;
  return { ...indices, data: indices.data.map((value, i) => Number(value) + Math.floor(i / plane) * height * width) };
}

export const write: Readonly<Record<string, (one: OracleCase) => Written>> = {
  conv2d({ attrs, inputs }) {
    const { input, weight, bias } = inputs;
    const kernel = weight!.shape.slice(2);
    const call = `conv(${weight!.shape[0]}, ${pair(kernel)}, stride: ${pair(attrs["stride"])}, padding: ${pair(attrs["pads"])}, dilation: ${pair(attrs["dilation"])}, groups: ${attrs["groups"]}, bias: ${bias !== undefined})`;
    return { inputs: { x: [open(input!), input!] }, body: [`head y = x -> ${call}`], weights: { "y.weight": weight, "y.bias": bias } };
  },
  conv_transpose2d({ attrs, inputs }) {
    const { input, weight, bias } = inputs;
    const [, perGroup, ...kernel] = weight!.shape;
    const call = `upconv(${perGroup! * attrs["groups"]}, ${pair(kernel)}, stride: ${pair(attrs["stride"])}, padding: ${both(attrs["padding"])}, extra: ${pair(attrs["output_padding"])}, dilation: ${pair(attrs["dilation"])}, groups: ${attrs["groups"]}, bias: ${bias !== undefined})`;
    return { inputs: { x: [open(input!), input!] }, body: [`head y = x -> ${call}`], weights: { "y.weight": weight, "y.bias": bias } };
  },
  depthwise_separable_conv2d({ attrs, inputs }) {
    const { input, depthwise_weight: dw, depthwise_bias: db, pointwise_weight: pw, pointwise_bias: pb } = inputs;
    return {
      inputs: { x: [open(input!), input!] },
      body: [
        `head depthwise = x -> conv(${dw!.shape[0]}, ${pair(dw!.shape.slice(2))}, stride: ${pair(attrs["stride"])}, padding: ${both(attrs["padding"])}, dilation: ${pair(attrs["dilation"])}, groups: ${input!.shape[1]}, bias: ${db !== undefined})`,
        `head y = depthwise -> conv(${pw!.shape[0]}, 1, bias: ${pb !== undefined})`,
      ],
      weights: { "depthwise.weight": dw, "depthwise.bias": db, "y.weight": pw, "y.bias": pb },
    };
  },
  max_pool2d({ attrs, inputs, outputs }) {
    const x = inputs["input"]!;
    const unpooled = outputs["unpooled"] !== undefined;
    return {
      inputs: { x: [open(x), x] },
      body: [
        `head y = x -> maxpool(${pooling(attrs)})`,
        `p = x -> maxpool_indices(${pooling(attrs)})`,
        "head indices = p.indices",
        ...(unpooled ? ["head unpooled = p.output -> unpool(p.indices, like: x)"] : []),
      ],
      expected: { indices: wholeIndices(outputs["indices"]!, x.shape[2]!, x.shape[3]!) },
    };
  },
  max_unpool2d({ attrs, inputs, outputs }) {
    const { encoder, input } = inputs;
    const round = attrs["ceil_mode"] ? "ceil" : "floor";
    return {
      inputs: {
        encoder: [open(encoder!), encoder!],
        x: [`[N, ${input!.shape[1]}, ${round}(H / ${attrs["stride"][0]}), ${round}(W / ${attrs["stride"][1]})]`, input!],
      },
      body: [`p = encoder -> maxpool_indices(${pooling(attrs)})`, "head indices = p.indices", "head y = x -> unpool(p.indices, like: encoder)"],
      expected: { indices: wholeIndices(outputs["indices"]!, encoder!.shape[2]!, encoder!.shape[3]!) },
    };
  },
  avg_pool2d({ attrs, inputs }) {
    const divisor = attrs["divisor_override"] as number | null;
    const [height, width] = attrs["kernel"] as [number, number];
    const call = `avgpool(${pooling(attrs)}, count_include_pad: ${attrs["count_include_pad"]})`;
    const x = inputs["input"]!;
    return { inputs: { x: [open(x), x] }, body: [`head y = x -> ${call}${divisor === null ? "" : ` -> scale(${height * width} / ${divisor})`}`] };
  },
  adaptive_avg_pool2d: (one) => elementwise(`adaptive_avgpool(${pair(one.attrs["output_size"])})`)(one),
  interpolate(one) {
    const { size, scale_factor: scale, mode, align_corners: corners } = one.attrs;
    const to = size === null ? `scale: ${pair(scale)}` : `size: ${pair(size)}`;
    return elementwise(`resize(${to}, mode: ${mode}, align_corners: ${corners ?? false})`)(one);
  },
  batch_norm(one) {
    const { running_mean, running_var, weight, bias } = one.inputs;
    const channels = running_mean!.shape[0]!;
    return {
      ...elementwise(`batchnorm(eps: ${one.attrs["eps"]})`)(one),
      weights: { "y.weight": weight ?? filled(channels, 1), "y.bias": bias ?? filled(channels, 0), "y.running_mean": running_mean, "y.running_var": running_var },
    };
  },
  group_norm(one) {
    const { weight, bias } = one.inputs;
    return {
      ...elementwise(`groupnorm(${one.attrs["num_groups"]}, eps: ${one.attrs["eps"]}, affine: ${weight !== undefined})`)(one),
      weights: { "y.weight": weight, "y.bias": bias },
    };
  },
  layer_norm({ attrs, inputs }) {
    const { input, weight, bias } = inputs;
    const normalised = attrs["normalized_shape"] as readonly number[];
    const sizes = input!.shape.slice(1);
    const rest = `eps: ${attrs["eps"]}, affine: ${weight !== undefined}`;
    const weights = { "y.weight": flat(weight), "y.bias": flat(bias) };
    if (attrs["channels_first"]) return { inputs: { x: [open(input!), input!] }, body: [`head y = x -> layernorm(${rest})`], weights };
    if (normalised.length === 1) return { inputs: { x: [`[N, L, ${sizes.at(-1)}]`, input!] }, body: [`head y = x -> layernorm(axis: last, ${rest})`], weights };
    // Several axes are one, regrouped.
    const body = `head y = x -> reshape([N, ${total(normalised)}]) -> layernorm(axis: last, ${rest}) -> reshape([N, ${sizes.join(", ")}])`;
    return { inputs: { x: [`[N, ${sizes.join(", ")}]`, input!] }, body: [body], weights };
  },
  prelu: (one) => ({ ...elementwise(`prelu(per_channel: ${one.inputs["weight"]!.shape[0] !== 1})`)(one), weights: { "y.weight": one.inputs["weight"] } }),
  softmax(one) {
    const axis = (one.attrs["dim"] as number) < 0 ? one.inputs["input"]!.shape.length + (one.attrs["dim"] as number) : one.attrs["dim"];
    return elementwise(`${one.attrs["log"] ? "log_softmax" : "softmax"}(axis: ${axis})`)(one);
  },
  // There is no operator for it yet: the loss in .seg, over targets that the test has made soft: weight of the class on its
  // channel (some of it spread over all channels by label smoothing), zeros where a pixel is ignored.
  cross_entropy({ attrs, inputs }) {
    const { input, target, weight } = inputs;
    const weights = weight ? `, weights: [${weight.data.join(", ")}]` : "";
    const call = `cross_entropy(target, ignore: ${attrs["ignore_index"]}${weights}, smoothing: ${attrs["label_smoothing"] ?? 0}, reduction: ${attrs["reduction"]})`;
    return { inputs: { x: [open(input!), input!], target: ["[N, H, W]", target!] }, body: [`head y = x -> ${call}`] };
  },
  pixel_shuffle: (one) => elementwise(`${one.attrs["inverse"] ? "space_to_depth" : "pixel_shuffle"}(${one.attrs["factor"]})`)(one),
  hardswish: elementwise("hardswish"),
  hardsigmoid: elementwise("hardsigmoid"),
  silu: elementwise("silu"),
  gelu: (one) => elementwise(`gelu(approximate: ${one.attrs["approximate"]})`)(one),
};
