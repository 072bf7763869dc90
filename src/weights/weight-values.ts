/** The values of a network's parameters: from a checkpoint where it has them, else initial ones; folded where a pass asks for it. */
import type { Parameter } from "../network/network.js";
import { foldedValues } from "./folded-values.js";
import { fillInitial } from "./initial-values.js";
import type { WeightMatch } from "./match-weights.js";
import type { Checkpoint } from "./readers/open-checkpoint.js";
import type { WeightSource } from "./weight-source.js";

export interface LoadedWeights {
  readonly match: WeightMatch;
  readonly checkpoint: Checkpoint;
}

/** `loaded`: read from there what it has. `seed`: of the initial values. */
export function parameterValues(parameter: Parameter, seed: number, loaded?: LoadedWeights): WeightSource {
  if (parameter.folded) return foldedValues(parameter.folded, (part) => parameterValues(part, seed, loaded));
  const { initial, shape, name } = parameter;
  const tensor = loaded?.match.sources.get(name);
  if (loaded && tensor) return { read: (target, offset) => loaded.checkpoint.read(tensor.name, target, offset) };
  return { read: (target, offset) => fillInitial(target, initial, shape, name, seed, offset) };
}
