/** A network to its diagram: stages, or single layers. */
import type { Analysis } from "../analyses/analyse.js";
import { sizeText } from "../analyses/outline.js";
import { type Network, type ValueId, valueOf } from "../network/network.js";
import { operatorNamed } from "../operators/index.js";
import type { Role } from "../syntax/ast.js";
import { constantValue, evaluateShape } from "../tensor/index.js";
import type { Box, Diagram, Link, LinkKind } from "./diagram.js";
import { type Folded, foldRepeats } from "./fold.js";
import { type Group, type Way, group, stem } from "./group.js";
import { levelsOf } from "./levels.js";
import { type Step, stepsOf } from "./steps.js";

export interface DiagramOptions {
  /** Every layer its own box; equal blocks in a row are one, with the paths of all. */
  readonly detail?: boolean;
}

/** What is drawn: a model as `check` and `compile` give it. */
export interface Drawn {
  readonly network: Network;
  readonly analysis: Analysis;
  /** Sizes that are asked for; the others are typical ones. */
  readonly sizes: Readonly<Record<string, number>>;
}

const noRepeats: Folded["repeated"] = new Map();

/** The network as boxes (stages, or layers with `detail`) and links between them: what `svg`, `dot` and `mermaid` draw. */
export function diagramOf({ network, analysis, sizes: asked }: Drawn, { detail = false }: DiagramOptions = {}): Diagram {
  const sizes = { ...analysis.typical, ...asked };
  const levels = levelsOf(network, analysis, sizes);
  const every = stepsOf(network, levels);
  const { steps, repeated } = detail ? foldRepeats(network, every) : { steps: every, repeated: noRepeats };
  const grouped = group(steps, {
    detail,
    outputs: new Set(network.outputs.map((output) => output.value)),
    positions: new Set(network.nodes.flatMap((node) => node.outputs.slice(1)).filter((id) => valueOf(network, id).type.type === "int64")),
  });

  const mapOf = (value: ValueId): Pick<Box, "level" | "channels" | "depth" | "size"> => {
    const { shape } = valueOf(network, value).type;
    const channel = shape[1];
    const at = evaluateShape(shape, sizes);
    return {
      level: levels.get(value),
      channels: channel === undefined || !(shape.length === 4 || (shape.length === 3 && constantValue(channel) !== undefined)) ? "" : String(sizeText(network, channel, {})),
      depth: (channel && constantValue(channel)) ?? (shape.length === 4 ? at[1]! : 1),
      size: shape.length === 4 ? [at[2]!, at[3]!] : undefined,
    };
  };

  const boxes: Omit<Box, "id">[] = [];
  const place = new Map<Group | ValueId, number>();
  for (const input of network.inputs) {
    place.set(input.value, boxes.length);
    boxes.push({ kind: "input", name: input.name, role: undefined, ...mapOf(input.value), note: "", paths: [], outputs: [] });
  }

  const links: { from: number; to: number; kind: LinkKind; paths: readonly string[] }[] = [];
  const join = (way: Way, to: number, toRole: Role | undefined): void => {
    const from = place.get(way.from);
    if (from === undefined || from === to) return;
    const kind = kindOf(way, toRole);
    const paths = way.through.flatMap(({ step }) => pathsOf(step));
    const same = links.findIndex((link) => link.from === from && link.to === to && link.kind === kind);
    if (same < 0) links.push({ from, to, kind, paths });
    else links[same] = { ...links[same]!, paths: [...new Set([...links[same]!.paths, ...paths])] };
  };

  const names = namesOf(grouped.groups, detail, repeated);
  const pathsOf = (step: Step): readonly string[] => repeated.get(step.node.path)?.paths ?? [step.node.path];
  const ends = outputsOf(network, grouped.groups);
  for (const one of inOrder(grouped.groups, grouped.waysTo)) {
    const last = one.steps.at(-1)!;
    const own = ends.get(one) ?? [];
    const at = boxes.length;
    place.set(one, at);
    const role = own[0] ? roleOf(own[0].role) : one.role;
    boxes.push({ kind: "layers", name: own[0]?.name ?? names.get(one)!, role, ...mapOf(lastMap(network, one) ?? last.node.outputs[0]!), note: times(noteOf(one, network), pathsOf(last).length), paths: one.steps.flatMap(pathsOf), outputs: own.map((output) => output.name) });
    const inside: string[] = [];
    for (const step of one.steps)
      for (const id of step.reads)
        for (const way of grouped.waysTo(id))
          if (way.from === one) inside.push(...way.through.flatMap(({ step: each }) => pathsOf(each)));
          else join(way, at, role);
    boxes[at] = { ...boxes[at]!, paths: [...new Set([...boxes[at]!.paths, ...inside])] };
  }
  const drawn = new Set([...ends.values()].flat());
  for (const output of network.outputs) {
    if (drawn.has(output)) continue;
    const at = boxes.length;
    boxes.push({ kind: "output", name: output.name, role: roleOf(output.role), ...mapOf(output.value), note: "", paths: [], outputs: [output.name] });
    for (const way of grouped.waysTo(output.value)) join(way, at, roleOf(output.role));
  }
  return {
    name: network.name, doc: network.doc, settings: network.settings, parameters: analysis.counts.total, sizes, sized: Object.keys(asked).length > 0,
    boxes: boxes.map((box, id) => ({ id, ...box })),
    links: withSkips(links, boxes),
  };
}

const roleOf = (role: "head" | "aux" | "loss"): Role => role;

/** A box that the author calls a head, or of which nothing but an output leaves, is that output; else the output has a box of its own. */
function outputsOf(network: Network, groups: readonly Group[]): ReadonlyMap<Group, Network["outputs"]> {
  const found = new Map<Group, Network["outputs"]>();
  for (const one of groups) {
    const last = one.steps.at(-1)!;
    const own = network.outputs.filter((output) => last.node.outputs.includes(output.value));
    const inside = new Set(one.steps.flatMap((step) => step.node.outputs));
    const outside = network.nodes.some((node) => !one.steps.some((step) => step.node === node) && Object.values(node.inputs).flat().some((id) => id !== undefined && inside.has(id)));
    if (own.length === 1 && (one.role === own[0]!.role || (one.role === undefined && !outside))) found.set(one, own);
  }
  return found;
}

/** Topologically, first come first. */
function inOrder(groups: readonly Group[], waysTo: (value: ValueId) => readonly Way[]): readonly Group[] {
  const sorted: Group[] = [];
  const left = new Set(groups);
  const visit = (one: Group): void => {
    if (!left.delete(one)) return;
    for (const step of one.steps) for (const id of step.reads) for (const { from } of waysTo(id)) if (typeof from !== "number") visit(from);
    sorted.push(one);
  };
  for (const one of [...groups].sort((a, b) => a.steps[0]!.index - b.steps[0]!.index)) visit(one);
  return sorted;
}

const precedence: readonly LinkKind[] = ["unpool", "upconv", "resize", "pool"];

function kindOf({ from, through, positions }: Way, toRole: Role | undefined): LinkKind {
  const kinds = through.map(({ kind }) => kind);
  if (positions) return "indices";
  const isSkip = through.some(({ step }) => step.node.role === "skip") || (typeof from !== "number" && from.role === "skip") || toRole === "skip";
  if (isSkip) return "skip";
  return precedence.find((kind) => kinds.includes(kind)) ?? "plain";
}

/** What goes past others into the decoder is a skip too, without being called one: there is a longer way between its ends. */
function withSkips(links: readonly Link[], boxes: readonly Omit<Box, "id">[]): readonly Link[] {
  const readers = new Map<number, number[]>();
  for (const { from, to } of links) readers.set(from, [...(readers.get(from) ?? []), to]);
  const reached = new Map<number, ReadonlySet<number>>();
  const reachedFrom = (start: number): ReadonlySet<number> => {
    const known = reached.get(start);
    if (known) return known;
    const found = new Set([start]);
    for (const one of found) for (const next of readers.get(one) ?? []) found.add(next);
    reached.set(start, found);
    return found;
  };
  return links.map((link) => {
    const [from, to] = [boxes[link.from]!, boxes[link.to]!];
    const passes = link.kind === "plain" && (from.role === "encoder" || from.role === "decoder") && to.role === "decoder"
      && links.some((other) => other.to === link.to && other.from !== link.from && reachedFrom(link.from).has(other.from));
    return passes ? { ...link, kind: "skip" } : link;
  });
}

/** The last step that makes a map: behind a matrix product there may be a reshape, and before it none. */
function lastMap(network: Network, one: Group): ValueId | undefined {
  const step = one.steps.findLast((each) => valueOf(network, each.node.outputs[0]!).type.shape.length === 4);
  return step?.node.outputs[0];
}

/** Paths without endings that say nothing, where that leaves them apart. */
function namesOf(groups: readonly Group[], detail: boolean, repeated: Folded["repeated"]): ReadonlyMap<Group, string> {
  const choices = new Map(groups.map((one) => [one, choicesFor(one, detail, repeated)]));
  const uses = new Map<string, number>();
  for (const names of choices.values()) for (const name of new Set(names)) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map([...choices].map(([one, names]) => [one, names.find((name) => uses.get(name) === 1) ?? names.at(-1)!]));
}

function choicesFor(one: Group, detail: boolean, repeated: Folded["repeated"]): readonly string[] {
  if (one.run) return [shared(one.run)];
  if (detail) {
    const { path } = (one.steps.find((step) => step.heavy) ?? one.steps[0]!).node;
    return [repeated.get(path)?.name ?? path];
  }
  if (one.scope !== undefined) return [one.scope];
  const whole = stem(one);
  const once = whole.replace(/\.(conv|\d+)$/, "");
  const heavy = one.steps.filter((step) => step.heavy).map((step) => step.node.path);
  const ends = heavy.length === 0 ? [] : [heavy.length === 1 ? heavy[0]! : shared([heavy[0]!, heavy.at(-1)!])];
  return [once.replace(/(\.(conv|\d+))+$/, ""), once, whole, ...ends, one.steps.at(-1)!.node.path];
}

/** `features.4` and `features.7` are `features.4-7`, `conv5_3_D` and `conv5_1_D` are `conv5_3-1_D`. */
function shared([first, last]: readonly [string, string]): string {
  const [a, b] = [/^(.*?)(\d+)(\D*)$/.exec(first), /^(.*?)(\d+)(\D*)$/.exec(last)];
  return a && b && a[1] === b[1] && a[3] === b[3] ? `${a[1]}${a[2]}\u2013${b[2]}${a[3]}` : `${first} \u2013 ${last}`;
}

const times = (note: string, count: number): string => (count === 1 ? note : `${note}, ${count} times`);

/** What is inside: one convolution with its kernel and rate, or how many. */
function noteOf({ steps }: Group, network: Network): string {
  const heavy = steps.filter((step) => step.heavy);
  const only = heavy[0];
  if (only === undefined) return wordOf(steps, network);
  const convolutions = heavy.filter((step) => operatorNamed.get(step.node.operator)!.convolution !== undefined);
  if (heavy.length === 1) return describe(only);
  const rates = new Set(convolutions.map((step) => rateOf(step)));
  const [rate] = rates;
  const count = convolutions.length === 0 ? `${heavy.length} ${heavy[0]!.node.operator}` : `${convolutions.length} conv`;
  return rates.size === 1 && rate !== 1 ? `${count}, rate ${rate}` : count;
}

const numbers = (step: Step, name: string): readonly number[] => {
  const value = step.node.attributes[name];
  return Array.isArray(value) ? value.map(Number) : [];
};
const rateOf = (step: Step): number => Math.max(1, ...numbers(step, "dilation"));

function describe(step: Step): string {
  const kernel = numbers(step, "kernel");
  if (kernel.length !== 2) return step.node.operator;
  const stride = Math.max(1, ...numbers(step, "stride"));
  return [`${kernel[0]}\u00d7${kernel[1]}`, ...(rateOf(step) > 1 ? [`rate ${rateOf(step)}`] : []), ...(stride > 1 ? [`/ ${stride}`] : [])].join(" ");
}

/** Layers without a convolution are few and short: a sum, a concatenation, a pooling. */
function wordOf(steps: readonly Step[], network: Network): string {
  const words = steps.filter((step) => !step.idle).map(({ node }) => {
    const [height, width] = valueOf(network, node.outputs[0]!).type.shape.slice(2).map(constantValue);
    const pooled = operatorNamed.get(node.operator)!.group === "pooling" && height !== undefined && width !== undefined;
    return pooled ? `pool ${height}\u00d7${width}` : node.operator.replaceAll("_", " ");
  });
  return [...new Set(words)].slice(0, 2).join(", ");
}
