/** What `inspect` knows, for reading. */
import type { Inspection } from "../analyses/inspect.js";
import { type SizeRule, showRule } from "./describe-sizes.js";
import { bytes, grouped, scaled, table } from "./table.js";

const shape = (dims: readonly (number | string)[]): string => `[${dims.join(", ")}]`;
const pairOf = <T>(axis: T | readonly [T, T]): readonly [T, T] => (Array.isArray(axis) ? (axis as unknown as readonly [T, T]) : [axis as T, axis as T]);
const byAxes = (axis: number | null | readonly [number | null, number | null], none: string): string =>
  pairOf(axis).map((value) => (value === null ? none : String(value))).filter((text, i, all) => i === 0 || text !== all[0]).join(" x ");

/** Where the shift period does not hold at every legal size. */
function heldAt({ shift_sizes, legal }: Inspection): string {
  const limited = Object.entries(shift_sizes).filter(([symbol, { minimum, formula }]) => minimum !== null && formula !== legal[symbol]?.formula);
  const formulas = [...new Set(limited.map(([, { formula }]) => formula))];
  return formulas.map((formula) => `, at ${limited.filter(([, one]) => one.formula === formula).map(([symbol]) => symbol).join(" and ")}: ${formula}`).join("");
}

export function summary(facts: Inspection, rules: readonly SizeRule[], file: string): string {
  const { parameters } = facts;
  const frozen = parameters.total - parameters.trainable;
  const at = Object.entries(facts.cost_at).map(([symbol, size]) => `${symbol} = ${size}`).join(", ");
  const settings = Object.entries(facts.settings);
  const [doc] = facts.doc.split("\n");
  return `${facts.model}  ${file}\n${doc ? `${doc}\n` : ""}\n${table(
    [
      ...(settings.length === 0 ? [] : [["settings", settings.map(([name, value]) => `${name} = ${value}`).join(", ")]]),
      ...facts.inputs.map((port) => ["input", `${port.name}: ${shape(port.shape)}`]),
      ...facts.outputs.map((port) => [port.role, `${port.name}: ${shape(port.shape)}`]),
      ["parameters", `${grouped(parameters.total)}${frozen > 0 ? `, of which ${grouped(parameters.trainable)} trainable` : ""}`],
      ...(facts.buffers > 0 ? [["buffers", `${grouped(facts.buffers)} numbers of running statistics`]] : []),
      ["convolutions", grouped(facts.conv_layers)],
      ["cost", `${scaled(facts.macs)}MACs (FLOPs = 2 x MACs = ${scaled(2 * facts.macs)})${at === "" ? "" : ` at ${at}`}`],
      ["activations", `${bytes(facts.activation_bytes.sum)} in all, ${bytes(facts.activation_bytes.peak)} at the peak${at === "" ? "" : ` at ${at}`}`],
      ...rules.map((rule) => ["legal sizes", showRule(rule)]),
      ["shift period", pairOf(facts.shift_period).every((one) => one === null) ? "none: no shift of the input moves the output exactly" : `${byAxes(facts.shift_period, "none")} pixels${heldAt(facts)}`],
      ["output stride", facts.output_stride === null ? "no single one" : String(facts.output_stride)],
      ...Object.entries(facts.receptive_field).map(([output, field]) => [
        "receptive field",
        `${output}: ${byAxes(field.size, "the whole image")}${pairOf(field.size).every((one) => one === null) ? "" : " pixels"}${pairOf(field.stride).every((one) => one === null) ? "" : `, stride ${byAxes(field.stride, "?")}, first centre at ${byAxes(field.centre, "?")}`}`,
      ]),
    ],
    { indent: "  " },
  )}`;
}

export const layers = (facts: Inspection): string =>
  `\n${table(
    [
      ["layer", "operator", "role", "output", "parameters", "MACs"],
      ...facts.layers.map((layer) => [layer.path, layer.operator, layer.role ?? "", shape(layer.output), grouped(layer.parameters), grouped(layer.macs)]),
    ],
    { right: [4, 5] },
  )}`;

/** Where every tensor looks, and how the operands of every join lie to each other. */
export function tensors(facts: Inspection): string {
  const line = (one: { readonly line: number | null }): string => (one.line === null ? "" : String(one.line));
  const fields = facts.tensors.map((one) => {
    const field = one.receptive_field;
    return [
      one.name, one.operator ?? "input", line(one), shape(one.shape),
      ...(field === null ? [] : [byAxes(field.size, "whole image"), byAxes(field.stride, ""), byAxes(field.centre, "")]),
    ];
  });
  const joins = facts.joins.map((one) => [one.path, one.operator, line(one), one.left, one.right, byAxes(one.pixels, "?"), byAxes(one.elements, "?")]);
  return [
    `\n${table([["tensor", "operator", "line", "shape", "sees", "stride", "first centre"], ...fields], { right: [2, 4, 5, 6] })}`,
    joins.length === 0 ? "" : `\n${table([["join", "operator", "line", "of", "with", "pixels apart", "elements apart"], ...joins], { right: [2, 5, 6] })}`,
  ].join("");
}

export const weights = (facts: Inspection): string =>
  `\n${table([
    ["weight", "shape", ""],
    ...facts.weights.map((weight) => [weight.name, shape(weight.shape), weight.buffer ? "buffer" : weight.trainable ? "" : "frozen"]),
  ])}`;
