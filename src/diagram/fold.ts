/**
 * Equal blocks in a row are drawn once:
 *
 *   layer3.0 -> layer3.1 -> layer3.2 -> .. -> layer3.5       ->      layer3.0 -> layer3.1–5
 *
 * A block is a scope whose steps read one value from outside and hand one on. It is equal to the one before it in operators, arguments,
 * shapes and wiring, reads what that hands on, and nothing else does.
 */
import { type Network, type ValueId, valueOf } from "../network/network.js";
import type { Step } from "./steps.js";

export interface Folded {
  /** What is drawn; reads lead past the blocks that are not. */
  readonly steps: readonly Step[];
  /** For paths of blocks that stand for several: how that is written, and the paths that it stands for. */
  readonly repeated: ReadonlyMap<string, { readonly name: string; readonly paths: readonly string[] }>;
}

interface Block {
  /** Path without the number at its end, and the number. */
  readonly stem: string;
  readonly number: number;
  readonly steps: readonly Step[];
  readonly entry: ValueId;
  readonly exit: ValueId;
  /** Steps outside that read what it hands on. */
  readonly readers: readonly Step[];
  readonly signature: string;
}

export function foldRepeats(network: Network, all: readonly Step[]): Folded {
  const outputs = new Set(network.outputs.map(({ value }) => value));
  const repeated = new Map<string, { name: string; paths: readonly string[] }>();
  let steps = all;
  // Outer blocks first: what is inside of copies need not be looked at.
  const depths = Math.max(0, ...all.map(({ node }) => node.path.split(".").length));
  for (let depth = 1; depth < depths; depth++) {
    const dropped = new Set<Step>();
    const to = new Map<ValueId, ValueId>();
    for (const run of runsOf(blocksAt(depth, steps, network, outputs))) {
      const [first, ...copies] = run as [Block, ...Block[]];
      for (const [at, { node: { path } }] of first.steps.entries()) {
        const prefix = `${first.stem}${first.number}`;
        const inner = repeated.get(path);
        repeated.set(path, {
          name: `${prefix}\u2013${run.at(-1)!.number}${(inner?.name ?? path).slice(prefix.length)}`,
          paths: run.flatMap((block) => repeated.get(block.steps[at]!.node.path)?.paths ?? [block.steps[at]!.node.path]),
        });
      }
      for (const copy of copies) for (const step of copy.steps) dropped.add(step);
      to.set(run.at(-1)!.exit, first.exit);
    }
    steps = steps.filter((step) => !dropped.has(step)).map((step) => (step.reads.some((id) => to.has(id)) ? { ...step, reads: step.reads.map((id) => to.get(id) ?? id) } : step));
  }
  return { steps, repeated };
}

function blocksAt(depth: number, steps: readonly Step[], network: Network, outputs: ReadonlySet<ValueId>): readonly Block[] {
  const members = new Map<string, Step[]>();
  for (const step of steps) {
    const parts = step.node.path.split(".");
    const scope = parts.slice(0, depth).join(".");
    if (parts.length > depth && /\d$/.test(scope)) members.set(scope, [...(members.get(scope) ?? []), step]);
  }
  const readers = new Map<ValueId, Step[]>();
  for (const step of steps) for (const id of step.reads) readers.set(id, [...(readers.get(id) ?? []), step]);
  return [...members].flatMap(([scope, inside]): Block[] => {
    const own = new Map(inside.flatMap(({ node }, at) => node.outputs.map((id, which) => [id, `${at}.${which}`] as const)));
    const entries = new Set(inside.flatMap(({ reads }) => reads.filter((id) => !own.has(id))));
    const exits = [...own.keys()].filter((id) => outputs.has(id) || (readers.get(id) ?? []).some((reader) => !inside.includes(reader)));
    const [[entry], [exit]] = [[...entries], exits];
    if (entries.size !== 1 || exits.length !== 1 || outputs.has(exit!)) return [];
    const described = inside.map(({ node, reads }) => [
      node.operator, node.path.slice(scope.length), node.role, node.attributes, node.parameters.map(({ shape }) => shape), reads.map((id) => own.get(id) ?? "entry"), node.outputs.map((id) => valueOf(network, id).type),
    ]);
    const [, stem, number] = /^(.*?)(\d+)$/.exec(scope)!;
    return [{ stem: stem!, number: Number(number), steps: inside, entry: entry!, exit: exit!, readers: readers.get(exit!)!.filter((reader) => !inside.includes(reader)), signature: JSON.stringify(described) }];
  });
}

/** Two or more equal blocks, each of which alone reads what the one before hands on. */
function runsOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const runs: Block[][] = [];
  for (const block of blocks) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const follows = last !== undefined && block.stem === last.stem && block.number === last.number + 1 && block.entry === last.exit
      && last.readers.every((reader) => block.steps.includes(reader)) && block.signature === last.signature;
    if (follows) run!.push(block);
    else runs.push([block]);
  }
  return runs.filter((run) => run.length > 1);
}
