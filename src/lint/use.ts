/**
 * What a network is to be used for. Some rules hold for one size, device or budget only; the command line gives these, or a
 * comment in the file of the model:
 *
 *   // segc: target webgpu      // segc: memory 512 MiB      // segc: object 96
 */
import { spatialSymbols } from "../analyses/alignment.js";
import type { Analysis } from "../analyses/analyse.js";
import type { Network } from "../network/network.js";
import type { SourceFile } from "../source/source.js";
import { parseBytes } from "./bytes.js";

export const targets = ["webgpu", "cuda"] as const;
export type Target = (typeof targets)[number];

export interface Use extends AskedUse {
  /** A number for every symbol of the inputs. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The symbols among them that the graph is fixed to. */
  readonly fixed: readonly string[];
  /** Nobody stated the sizes: they are only typical ones. */
  readonly guessed: boolean;
}

/** What a caller, a configuration or a comment may say. */
export interface AskedUse {
  readonly target?: Target;
  /** Bytes that one tensor or weight may have. */
  readonly memory?: number;
  /** Side of the largest object that is to be recognised, in pixels. */
  readonly object?: number;
}

/** The statement of one comment (its text without `// segc:`), or undefined where it is none. */
export function readStatement(text: string): AskedUse | undefined {
  const [, word, rest] = /^(\w+)\s+(.*\S)\s*$/.exec(text.trim()) ?? [];
  const value = rest?.replace(/\s--.*$/, "").trim() ?? "";
  if (word === "target") {
    const target = targets.find((one) => one === value);
    return target && { target };
  }
  if (word === "memory") {
    const memory = parseBytes(value);
    return memory === undefined ? undefined : { memory };
  }
  if (word === "object") return /^[1-9]\d{0,8}(\s*(px|pixels))?$/.test(value) ? { object: parseInt(value, 10) } : undefined;
  return undefined;
}

/** `fixed`: the sizes that the graph is to have, by symbol. What is asked for outdoes what the model's file says. */
export function useOf(network: Network, { typical }: Analysis, fixed: Readonly<Record<string, number>>, asked: AskedUse = {}): Use {
  const natural = network.inputs.some((input) => input.image.natural !== undefined);
  const guessed = !natural && !spatialSymbols(network).some((symbol) => symbol in fixed);
  return { sizes: { ...typical, ...fixed }, fixed: Object.keys(fixed), guessed, ...statedIn(network.place.file), ...asked };
}

const stated = new WeakMap<SourceFile, AskedUse>();

/** What the comments of a file say, read once for all of its models. */
function statedIn(file: SourceFile): AskedUse {
  let use = stated.get(file);
  if (use === undefined) {
    use = [...file.text.matchAll(/^[ \t]*\/\/[ \t]*segc:(.*)$/gm)].reduce<AskedUse>((all, match) => ({ ...all, ...readStatement(match[1]!) }), {});
    stated.set(file, use);
  }
  return use;
}
