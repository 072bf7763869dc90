import { type FoldedFrom, type Parameter, elements } from "../network/network.js";
import type { WeightSource } from "./weight-source.js";

/**
 * The values of a parameter that the batch-norm pass made of others, with s = scale / sqrt(variance + eps):
 *
 *     weight * s        channel by channel; worked out in double precision, rounded once
 *     (bias - mean) * s + shift
 *
 * `valuesOf` gives the values of the parts. Only vectors of one number a channel are held; the weight passes through.
 */
export function foldedValues(folded: FoldedFrom, valuesOf: (part: Parameter) => WeightSource): WeightSource {
  let factors: Promise<Float64Array> | undefined;
  const factorsOnce = (): Promise<Float64Array> => (factors ??= channelFactors(folded, valuesOf));

  if (folded.part === "bias")
    return {
      async read(target, offset) {
        const s = await factorsOnce();
        const part = async (of: Parameter | undefined): Promise<Float32Array> => {
          const values = new Float32Array(target.length);
          if (of) await valuesOf(of).read(values, offset);
          return values;
        };
        const [bias, mean, shift] = [await part(folded.bias), await part(folded.mean), await part(folded.shift)];
        for (let i = 0; i < target.length; i++) target[i] = (bias[i]! - mean[i]!) * s[offset + i]! + shift[i]!;
      },
    };

  const weight = valuesOf(folded.weight);
  const { run, channelOf } = channelRuns(folded);
  return {
    async read(target, offset) {
      const s = await factorsOnce();
      await weight.read(target, offset);
      // All values between two multiples of `run` belong to one output channel.
      for (let i = 0; i < target.length; ) {
        const at = Math.floor((offset + i) / run);
        const end = Math.min(target.length, (at + 1) * run - offset);
        const factor = s[channelOf(at)]!;
        for (; i < end; i++) target[i] = target[i]! * factor;
      }
    },
  };
}

async function channelFactors({ scale, variance, eps }: FoldedFrom, valuesOf: (part: Parameter) => WeightSource): Promise<Float64Array> {
  const whole = async (part: Parameter): Promise<Float32Array> => {
    const values = new Float32Array(elements(part.shape));
    await valuesOf(part).read(values, 0);
    return values;
  };
  const [a, v] = [await whole(scale), await whole(variance)];
  return Float64Array.from(a, (value, channel) => value / Math.sqrt(v[channel]! + eps));
}

/**
 * How many neighbouring weights share an output channel, and which channel the n-th such run has:
 * [out, in / groups, ...] has all of a channel together; [in, out / groups, ...] goes through a group's channels for each input.
 */
function channelRuns({ axis, groups, weight }: FoldedFrom): { readonly run: number; readonly channelOf: (at: number) => number } {
  const [first = 1, second = 1, ...kernel] = weight.shape;
  if (axis === "out-first") return { run: second * elements(kernel), channelOf: (at) => at };
  const inputsPerGroup = first / groups;
  return {
    run: elements(kernel),
    channelOf: (at) => Math.floor(Math.floor(at / second) / inputsPerGroup) * second + (at % second),
  };
}
