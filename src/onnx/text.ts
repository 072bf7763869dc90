import { elementTypes, exactInteger } from "./element-types.js";
import { halfBits } from "./half.js";
import type { Attribute, Constant, Dimension, ElementType, OnnxModel, OnnxNode, ValueInfo, Weight } from "./model.js";

/**
 * The model in ONNX's text syntax (onnx/docs/Syntax.md), for reading and for diffs: a node, a constant, a weight on
 * each line. `onnx.parser.parse_model` gives the graph back (tried with onnx 1.23; 1.12 knew no quoted names).
 *
 * A weight stands as an initializer whose values are elsewhere (`["location": "weights"]`), so that what is parsed is
 * a whole graph, and the text stays small. Node docs are comments: the syntax has no place for them.
 */
export function printOnnx(model: OnnxModel): string {
  const initializers = [...model.weights.map(weight), ...model.constants.map(constant), ...model.values.map(value)];
  return [
    "<",
    list([
      `ir_version: ${model.irVersion}`,
      `opset_import: ["" : ${model.opset}]`,
      `producer_name: "segc"`,
      `producer_version: ${quoted(model.producerVersion)}`,
      ...(model.doc === "" ? [] : [`doc_string: ${quoted(model.doc)}`]),
      ...(model.metadata.length === 0 ? [] : [`metadata_props: [\n${list(model.metadata.map(entry))}\n  ]`]),
    ]),
    ">",
    `${name(model.name)} (`,
    list(model.inputs.map(value)),
    ") => (",
    list(model.outputs.map(value)),
    ")",
    ...(initializers.length === 0 ? [] : ["<", list(initializers), ">"]),
    "{",
    ...model.nodes.map((each) => `  ${node(each)}`),
    "}",
    "",
  ].join("\n");
}

const list = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join(",\n");

const entry = ([key, text]: OnnxModel["metadata"][number]): string => `  ${quoted(key)}: ${quoted(text)}`;

const value = (info: ValueInfo): string => `${type(info.type, info.shape)} ${name(info.name)}`;

const weight = (each: Weight): string => `${type(each.type ?? "float32", each.shape)} ${name(each.name)} = ["location": "weights"]`;

const constant = (each: Constant): string =>
  `${type(each.type, each.shape)} ${name(each.name)} = {${each.values.map(element[each.type]).join(", ")}}`;

function node(each: OnnxNode): string {
  const label = each.name === "" ? "" : `[${name(each.name)}] `;
  const outputs = each.outputs.map(name).join(", ");
  const attributes = Object.entries(each.attributes).map(([key, attribute]) => printAttribute(key, attribute));
  const angle = attributes.length === 0 ? "" : `<${attributes.join(", ")}>`;
  const inputs = each.inputs.map(name).join(", ");
  const comment = each.doc === undefined || each.doc === "" ? "" : `  # ${oneLine(each.doc)}`;
  return `${label}${outputs} = ${each.op}${angle} (${inputs})${comment}`;
}

function printAttribute(key: string, attribute: Attribute): string {
  switch (attribute.kind) {
    case "int":
      return `${key} = ${integer(attribute.value)}`;
    case "float":
      return `${key} = ${float(attribute.value)}`;
    case "string":
      return `${key} = ${quoted(attribute.value)}`;
    // An empty list does not show what it is a list of, so that is said.
    case "ints":
      return `${key}${attribute.value.length === 0 ? ": ints" : ""} = [${attribute.value.map(integer).join(", ")}]`;
    case "floats":
      return `${key}${attribute.value.length === 0 ? ": floats" : ""} = [${attribute.value.map(float).join(", ")}]`;
    case "type":
      return `${key} = ${elementTypes[attribute.value].code}`;
  }
}

const type = (element: ElementType, shape: readonly Dimension[]): string =>
  elementTypes[element].word + (shape.length === 0 ? "" : `[${shape.map(dimension).join(",")}]`);

const dimension = (size: Dimension): string => (typeof size === "number" ? String(size) : name(size));

const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** Words that the parser would take for a type, where a name may stand instead. */
const words = new Set([
  "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32",
  "uint64", "complex64", "complex128", "bfloat16", "seq", "map", "optional", "sparse_tensor", "opaque",
]);

/** A name without quotes where the syntax allows it. */
const name = (text: string): string => (/^[A-Za-z_]\w*$/.test(text) && !words.has(text) ? text : quoted(text));

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const integer = (number: number): string => String(exactInteger(number));

/** The shortest decimal that is the same float32, with a point or an exponent so that it reads as a float. */
function float(number: number): string {
  const single = Math.fround(number);
  if (Number.isNaN(single)) return "nan";
  if (!Number.isFinite(single)) return single > 0 ? "inf" : "-inf";
  if (Object.is(single, -0)) return "-0.0";
  let text = String(single);
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(single.toPrecision(digits));
    if (Math.fround(candidate) === single) {
      text = String(candidate);
      break;
    }
  }
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const element: Readonly<Record<ElementType, (number: number) => string>> = {
  float32: float,
  // The syntax has no decimal halves; it takes their bits.
  float16: (number) => String(halfBits(number)),
  int64: integer,
  int32: integer,
  bool: (number) => (number === 0 ? "0" : "1"),
};
