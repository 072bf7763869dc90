/** A compiled model on the disk, with initial weights. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CompiledModel } from "../compile.js";
import { parametersOf, type Parameter } from "../network/network.js";
import { foldedValues } from "../weights/folded-values.js";
import { fillInitial } from "../weights/initial-values.js";
import type { WeightSource } from "../weights/weight-source.js";
import { type WrittenModel, writeModel } from "../weights/write-model.js";
import type { Spec } from "./find-spec.js";
import { rootOf } from "./project.js";
import { writing } from "./write-output.js";

/** In the project's compiled/ folder where there is one, else below the current folder. */
export function defaultOutput(spec: Spec): string {
  // A spec that comes with segc has no project of the user's: that of the current folder counts.
  const root = spec.shipped ? rootOf(process.cwd()) : spec.project.root;
  const folder = existsSync(join(root, "compiled")) ? join(root, "compiled") : resolve("compiled");
  return join(folder, `${spec.name}.onnx`);
}

export interface WriteOptions {
  readonly seed: number;
  readonly weights: "init" | "none";
  readonly external?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

export function writeCompiled(model: CompiledModel, path: string, options: WriteOptions): Promise<WrittenModel> {
  const target = resolve(path);
  const parameters = new Map(parametersOf(model.lowered).map((parameter) => [parameter.name, parameter]));
  return writing(target, () =>
    writeModel(model.onnx, {
      path: target,
      values: (weight) => initialValues(parameters.get(weight.name)!, options.seed),
      external: options.external ?? false,
      none: options.weights === "none",
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    }),
  );
}

function initialValues(parameter: Parameter, seed: number): WeightSource {
  if (parameter.folded) return foldedValues(parameter.folded, (part) => initialValues(part, seed));
  const { initial, shape, name } = parameter;
  return { read: (target, offset) => fillInitial(target, initial, shape, name, seed, offset) };
}
