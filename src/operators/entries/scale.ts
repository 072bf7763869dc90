import { defineOperator } from "../define.js";
import { anyTensor } from "../parameters.js";
import { exactly, product, sum } from "../range.js";
import { sameType } from "../rules.js";

export const scale = defineOperator({
  name: "scale",
  group: "arithmetic",
  doc: `x * factor + offset, with two numbers. It is what arithmetic of a tensor with a number means: \`0.5 * x\`, \`1 - x\`, \`-x\`, \`x / 2\`.`,
  parameters: {
    x: anyTensor,
    factor: { kind: "float", default: 1, doc: "what every element is multiplied by" },
    offset: { kind: "float", default: 0, doc: "what is added then" },
  },
  infer: (a) => sameType(a.x),
  range: (a) => sum(product(a.x, exactly(a.factor)), exactly(a.offset)),
  identity: (a) => a.factor === 1 && a.offset === 0,
  fold: (a) => a.x.values.map((value) => value * a.factor + a.offset),
  lower(a, call, emit) {
    const out = [call.outputs[0]!.name];
    const number = (value: number): string => emit.floats([value], []);
    if (a.factor === -1 && a.offset !== 0) emit.node("Sub", [number(a.offset), a.x.name], {}, out);
    else if (a.factor === 1) emit.node("Add", [a.x.name, number(a.offset)], {}, out);
    else if (a.offset === 0) emit.node("Mul", [a.x.name, number(a.factor)], {}, out);
    else emit.node("Add", [emit.node("Mul", [a.x.name, number(a.factor)]), number(a.offset)], {}, out);
  },
  example: "y = 1 - 0.5 * x",
});
