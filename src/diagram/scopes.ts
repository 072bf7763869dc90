/** Which scopes of paths are stages: `backbone.layer3`, `up.2`, `bottleneck1.0`. */
import type { ValueId } from "../network/network.js";
import type { Step } from "./steps.js";

const prefixesOf = (path: string): readonly string[] => {
  const parts = path.split(".");
  return parts.map((_, at) => parts.slice(0, at + 1).join("."));
};

/**
 * The outermost scope of each step that holds several convolutions, of one role and (but for the step into it) of one resolution.
 * Branches that are joined by three or more are drawn, as the pyramids of the papers are; those of an encoder are its blocks.
 */
export function stageScopes(steps: readonly Step[], readers: ReadonlyMap<ValueId, readonly Step[]>, outputs: ReadonlySet<ValueId>): ReadonlyMap<number, string> {
  const members = new Map<string, Step[]>();
  for (const step of steps)
    for (const prefix of prefixesOf(step.node.path)) {
      const list = members.get(prefix);
      if (list) list.push(step);
      else members.set(prefix, [step]);
    }
  const known = new Map<string, Stage | undefined>();
  const found = new Map<number, string>();
  for (const step of steps) {
    // What training minimises is one box, whatever it is made of.
    if (step.node.role === "loss") {
      found.set(step.index, "loss");
      continue;
    }
    for (const prefix of prefixesOf(step.node.path)) {
      if (!known.has(prefix)) known.set(prefix, stageOf(members.get(prefix)!, readers, outputs));
      const stage = known.get(prefix);
      if (stage === undefined) continue;
      found.set(step.index, stage.first === undefined ? prefix : `${prefix} ${stage.first.has(step) ? "a" : "b"}`);
      break;
    }
  }
  return found;
}

interface Stage {
  /** Where an encoder is tapped inside a block: what lies before the tap. */
  readonly first: ReadonlySet<Step> | undefined;
}

function stageOf(list: readonly Step[], readers: ReadonlyMap<ValueId, readonly Step[]>, outputs: ReadonlySet<ValueId>): Stage | undefined {
  const heavy = list.filter((step) => step.heavy);
  if (heavy.length < 2 || new Set(list.map((step) => step.node.role)).size > 1) return undefined;
  const levels = heavy.map((step) => step.level).filter((level) => level !== undefined);
  if (levels.length > 0 && Math.max(...levels) - Math.min(...levels) > 1) return undefined;
  const encodes = list[0]!.node.role === "encoder";
  if (!encodes && list.some((step) => step.reads.length >= 3)) return undefined;
  // Indices of a pooling, which are a second output, do not count.
  const inside = new Set(list);
  const exits = list.filter(({ node }) => {
    const id = node.outputs[0]!;
    return outputs.has(id) || (readers.get(id) ?? []).some((reader) => !inside.has(reader));
  });
  // What leaves at several places is no stage, but a network or the branches of a pyramid.
  if (exits.length <= 1) return { first: undefined };
  const [tap, end] = exits;
  if (!encodes || exits.length > 2 || new Set(levels).size > 2) return undefined;
  const first = upTo(tap!, list);
  return first.has(end!) || !upTo(end!, list).has(tap!) ? undefined : { first };
}

/** A step and all of the list that it depends on. */
function upTo(last: Step, list: readonly Step[]): ReadonlySet<Step> {
  const producer = new Map(list.flatMap((step) => step.node.outputs.map((id) => [id, step] as const)));
  const found = new Set([last]);
  for (const step of found)
    for (const id of step.reads) {
      const earlier = producer.get(id);
      if (earlier) found.add(earlier);
    }
  return found;
}
