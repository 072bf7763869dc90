/** Collects nodes and constants while a network is lowered; it is the `Emitter` that operators write through. */
import type { AttributeValue, Emitter } from "../operators/emitter.js";
import type { NamedOperand } from "../operators/operator.js";
import { type Dim, type Domain, affineOn, constantValue } from "../tensor/index.js";
import type { Attribute, Constant, ElementType, OnnxNode } from "./model.js";
import { emitSize } from "./sizes.js";

export class GraphBuilder implements Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly constants: Constant[] = [];
  private readonly constantNamed = new Map<string, string>();
  private readonly taken: Set<string>;
  private readonly sizeNamed = new Map<string, string>();
  /** Of the step that is being lowered. */
  path = "";
  doc = "";

  constructor(
    reserved: Iterable<string>,
    private readonly legal: Domain,
    /** Where a symbol can be read: an input and the axis that is this symbol. */
    private readonly sources: ReadonlyMap<string, { readonly input: string; readonly axis: number }>,
  ) {
    this.taken = new Set(reserved);
  }

  /** A name that nothing else has. */
  fresh(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.taken.has(name); count++) name = `${wanted}_${count}`;
    this.taken.add(name);
    return name;
  }

  node(
    op: string,
    inputs: readonly (string | undefined)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
    outputs: readonly string[] = [this.fresh(`${this.path}/${op}`)],
  ): string {
    const trimmed = inputs.map((name) => name ?? "");
    while (trimmed.at(-1) === "") trimmed.pop();
    this.nodes.push({
      op,
      name: this.fresh(`node ${this.path}${this.nodes.at(-1)?.name.startsWith(`node ${this.path}`) ? `/${op}` : ""}`),
      inputs: trimmed,
      outputs,
      attributes: Object.fromEntries(
        Object.entries(attributes).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, attribute(value!)]),
      ),
      doc: this.doc,
    });
    return outputs[0]!;
  }

  /** Equal constants are shared. */
  private constant(type: ElementType, values: readonly number[], shape: readonly number[]): string {
    const key = `${type} [${shape.join()}] ${values.map((value) => (Object.is(value, -0) ? "-0" : String(value))).join()}`;
    const found = this.constantNamed.get(key);
    if (found !== undefined) return found;
    const brief = values.length <= 4 ? values.map((value) => String(value)).join("_") : `${values.length}_values`;
    const name = this.fresh(`${type === "int64" ? "ints" : type === "bool" ? "bools" : "floats"}_${shape.length === 0 ? "scalar_" : ""}${brief || "empty"}`);
    this.constantNamed.set(key, name);
    this.constants.push({ name, type, shape, values });
    return name;
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.constant("int64", values, shape);
  }

  floats(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.constant("float32", values, shape);
  }

  bools(values: readonly boolean[], shape: readonly number[] = [values.length]): string {
    return this.constant("bool", values.map(Number), shape);
  }

  sizesOf(tensor: NamedOperand, axes: readonly number[]): string {
    const known = axes.map((axis) => this.known(tensor.shape[axis]!));
    if (known.every((size) => size !== undefined)) return this.ints(known);
    return this.once(`shape of ${tensor.name} ${axes.join()}`, () =>
      this.node("Shape", [tensor.name], { start: axes[0]!, end: axes.at(-1)! + 1 }, [this.fresh(`${tensor.name}/sizes`)]));
  }

  sizes(dims: readonly Dim[]): string {
    const known = dims.map((dim) => this.known(dim));
    if (known.every((size) => size !== undefined)) return this.ints(known);
    const parts = dims.map((dim) => emitSize(dim, this));
    return parts.length === 1 ? parts[0]! : this.node("Concat", parts, { axis: 0 });
  }

  /** The one-element value of a symbol. */
  symbol(name: string): string {
    const source = this.sources.get(name);
    if (!source) throw new Error(`internal error: no input has the size ${name}`);
    return this.once(`symbol ${name}`, () =>
      this.node("Shape", [source.input], { start: source.axis, end: source.axis + 1 }, [this.fresh(`size ${name}`)]));
  }

  /** Nodes that compute the same are written once. */
  once(key: string, make: () => string): string {
    const found = this.sizeNamed.get(key);
    if (found !== undefined) return found;
    const name = make();
    this.sizeNamed.set(key, name);
    return name;
  }

  known(dim: Dim): number | undefined {
    const value = constantValue(dim);
    if (value !== undefined) return value;
    const line = affineOn(dim, this.legal);
    return line && line.numerator === 0 ? line.offset / line.denominator : undefined;
  }

  /** The line that a size follows for every legal input. */
  line(dim: Dim): ReturnType<typeof affineOn> {
    return affineOn(dim, this.legal);
  }
}

function attribute(value: AttributeValue): Attribute {
  if (typeof value === "number") return { kind: "int", value };
  if (typeof value === "string") return { kind: "string", value };
  if ("float" in value) return { kind: "float", value: value.float };
  if ("floats" in value) return { kind: "floats", value: value.floats };
  if ("type" in value) return { kind: "type", value: value.type as ElementType };
  return { kind: "ints", value };
}
