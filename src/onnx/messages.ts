import { constantData } from "./constant-data.js";
import { elementTypes, exactInteger } from "./element-types.js";
import type { Attribute, Constant, OnnxNode, ValueInfo, Weight } from "./model.js";
import type { AttributeMessage, NodeMessage, TensorMessage, ValueInfoMessage } from "./proto.js";
import { utf8 } from "./utf8.js";

/** The numbers of `AttributeProto.AttributeType`. */
const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

function attributeMessage(name: string, attribute: Attribute): AttributeMessage {
  switch (attribute.kind) {
    case "int":
      return { name, type: attributeTypes.int, i: exactInteger(attribute.value) };
    case "float":
      return { name, type: attributeTypes.float, f: attribute.value };
    case "string":
      return { name, type: attributeTypes.string, s: utf8(attribute.value) };
    case "ints":
      return { name, type: attributeTypes.ints, ints: attribute.value.map(exactInteger) };
    case "floats":
      return { name, type: attributeTypes.floats, floats: attribute.value };
    case "type":
      return { name, type: attributeTypes.int, i: elementTypes[attribute.value].code };
  }
}

export const nodeMessage = (node: OnnxNode): NodeMessage => ({
  name: node.name,
  opType: node.op,
  input: node.inputs,
  output: node.outputs,
  attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeMessage(name, attribute)),
  ...(node.doc === undefined ? {} : { docString: node.doc }),
});

export const valueInfoMessage = (value: ValueInfo): ValueInfoMessage => ({
  name: value.name,
  type: {
    tensorType: {
      elemType: elementTypes[value.type].code,
      shape: { dim: value.shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size })) },
    },
  },
  ...(value.doc === undefined ? {} : { docString: value.doc }),
});

export const constantMessage = (constant: Constant): TensorMessage => ({
  name: constant.name,
  dataType: elementTypes[constant.type].code,
  dims: constant.shape,
  rawData: constantData(constant),
});

/** A weight without its values. */
export const weightMessage = (weight: Weight): TensorMessage => ({
  name: weight.name,
  dataType: elementTypes[weight.type ?? "float32"].code,
  dims: weight.shape,
});
