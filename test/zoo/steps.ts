/** What the tests of FCN and of its classifiers ask of a network: sizes of its steps, and whether it runs. */
import type { Inspection } from "../../src/analyses/inspect.js";
import { noise } from "../operators/run-spec.js";
import { type Settings, read, runs as runText } from "./support.js";

/** Heights and widths of the steps with this path, or of all steps of an operator. */
export const sizesOf = (network: Inspection, of: { readonly path?: string; readonly operator?: string }): (readonly (number | string)[])[] =>
  network.layers.filter(({ path, operator }) => (of.path === undefined || path === of.path) && (of.operator === undefined || operator === of.operator)).map(({ output }) => output.slice(2));

export const heights = (network: Inspection, operator: string): (number | string)[] => sizesOf(network, { operator }).map(([height]) => height!);
export const at = (network: Inspection, path: string): readonly (number | string)[] => sizesOf(network, { path })[0]!;
export const giga = (macs: number, digits = 2): number => Number((macs / 1e9).toFixed(digits));

export interface Run {
  readonly name: string;
  readonly settings?: Settings;
  readonly input: readonly number[];
}

/** Shapes of the outputs, which are those that were derived. */
export async function runs({ name, settings = {}, input }: Run): Promise<Record<string, readonly number[]>> {
  const results = await runText(read(name), settings, { image: noise(input) });
  return Object.fromEntries(Object.entries(results).map(([output, { shape }]) => [output, shape]));
}
