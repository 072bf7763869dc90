/** A compiled model on the disk, with initial weights or those of a checkpoint. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CompiledModel } from "../compile.js";
import { parametersOf } from "../network/network.js";
import { weightBytes } from "../onnx/element-types.js";
import { type LoadedWeights, parameterValues } from "../weights/weight-values.js";
import { type WrittenModel, writeModel } from "../weights/write-model.js";
import type { Spec } from "./find-spec.js";
import { rootOf } from "./project.js";
import { refuseToReplace, writing } from "./write-output.js";

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
  /** Values from a checkpoint, for the parameters that it has. */
  readonly loaded?: LoadedWeights | undefined;
  readonly external?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

export function writeCompiled(model: CompiledModel, path: string, options: WriteOptions): Promise<WrittenModel> {
  const parameters = new Map(parametersOf(model.lowered).map((parameter) => [parameter.name, parameter]));
  const write = (target: string): Promise<WrittenModel> =>
    writeModel(model.onnx, {
      path: target,
      onFile: refuseToReplace,
      values: (weight) => parameterValues(parameters.get(weight.name)!, options.seed, options.loaded),
      external: options.external ?? false,
      none: options.weights === "none",
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
  return writing(resolve(path), write, options.weights === "none" ? 0 : weightBytes(model.onnx.weights));
}
