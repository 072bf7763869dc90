/**
 * What a network is to be used for. Some rules hold for one size, device or budget only; the command line gives these, or a
 * comment in the file of the model:
 *
 *   // segc: target webgpu      // segc: memory 512 MiB      // segc: object 96
 */
import type { Analysis } from "../analyses/analyse.js";
import type { Network } from "../network/network.js";
import type { SourceFile } from "../source/source.js";

export const targets = ["webgpu", "cuda"] as const;
export type Target = (typeof targets)[number];

export interface Use {
  /** A number for every symbol of the inputs. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** The symbols among them that the graph is fixed to. */
  readonly fixed?: readonly string[];
  /** Nobody stated the sizes: they are only typical ones. */
  readonly guessed?: boolean;
  readonly target?: Target;
  /** Bytes that one tensor or weight may have. */
  readonly memory?: number;
  /** Side of the largest object that is to be recognised, in pixels. */
  readonly object?: number;
}

const units: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

/** `512 MiB`, `2GB`, `4096`; undefined for what is no number of bytes. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b|)$/i.exec(text.trim());
  const bytes = match && Number(match[1]) * (units[match[2]!.toLowerCase()] ?? NaN);
  return bytes !== null && bytes >= 1 && Number.isFinite(bytes) ? Math.floor(bytes) : undefined;
}

/** The statement of one comment (its text without `// segc:`), or undefined where it is none. */
export function readStatement(text: string): Use | undefined {
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

/** What the model's file says, and the sizes that its `natural` gives. */
export function statedUse(network: Network, analysis: Analysis): Use {
  const natural = network.inputs.some((input) => input.image.natural !== undefined);
  return { ...(natural ? { sizes: analysis.typical } : {}), ...statedIn(network.place.file) };
}

const stated = new WeakMap<SourceFile, Use>();

/** What the comments of a file say, read once for all of its models. */
function statedIn(file: SourceFile): Use {
  let use = stated.get(file);
  if (use === undefined) {
    use = [...file.text.matchAll(/^[ \t]*\/\/[ \t]*segc:(.*)$/gm)].reduce<Use>((all, match) => ({ ...all, ...readStatement(match[1]!) }), {});
    stated.set(file, use);
  }
  return use;
}
