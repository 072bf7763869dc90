/**
 * Steps to boxes. A box is a set of steps from which no way leads out and back in, so that the boxes are a graph without circles:
 *
 *   down.1.maxpool  conv1  relu  conv2  relu2      ->      (pool) down.1
 *
 * Each step joins the box of its scope, or of what it reads where nothing else reads that; else it begins one.
 */
import type { ValueId } from "../network/network.js";
import type { Role } from "../syntax/ast.js";
import type { LinkKind } from "./diagram.js";
import { stageScopes } from "./scopes.js";
import type { Step } from "./steps.js";

export interface Group {
  steps: Step[];
  scope: string | undefined;
  role: Role | undefined;
  /** Names of several that were drawn together. */
  run?: readonly [first: string, last: string];
}

/** A way from a box (or an input, by its value) through steps that are drawn as an arrow. */
export interface Way {
  readonly from: Group | ValueId;
  readonly through: readonly { readonly step: Step; readonly kind: LinkKind }[];
  /** Carries positions, not a map: those that a pooling found, for an unpooling. */
  readonly positions: boolean;
}

export interface Grouped {
  readonly groups: readonly Group[];
  readonly waysTo: (value: ValueId) => readonly Way[];
  readonly groupOf: (step: Step) => Group | undefined;
}

export interface Grouping {
  readonly detail: boolean;
  /** Values that are outputs of the network: where one leaves, a box ends. */
  readonly outputs: ReadonlySet<ValueId>;
  /** Values that are positions. */
  readonly positions: ReadonlySet<ValueId>;
}

export function group(steps: readonly Step[], { detail, outputs, positions }: Grouping): Grouped {
  const producer = new Map<ValueId, Step>();
  const readers = new Map<ValueId, Step[]>();
  for (const step of steps) {
    for (const id of step.node.outputs) producer.set(id, step);
    for (const id of step.reads) readers.set(id, [...(readers.get(id) ?? []), step]);
  }
  const scopes = detail ? new Map<number, string>() : stageScopes(steps, readers, outputs);
  const scopeOf = (step: Step | undefined): string | undefined => step && scopes.get(step.index);
  // A pooling inside a stage is a part of it; where a stage begins or ends with one, that is how the map gets there.
  const carries = (step: Step): LinkKind | undefined => {
    if (step.carries === undefined || (detail && step.carries !== "plain")) return undefined;
    const scope = scopeOf(step);
    if (scope === undefined) return step.carries;
    const inside = step.reads.every((id) => scopeOf(producer.get(id)) === scope)
      && step.node.outputs.some((id) => (readers.get(id) ?? []).length > 0 && readers.get(id)!.every((reader) => scopeOf(reader) === scope));
    return inside ? undefined : step.carries;
  };

  const carried = new Map(steps.map((step) => [step, carries(step)]));
  const home = new Map<Step, Group>();
  const waysTo = (value: ValueId): readonly Way[] => {
    const step = producer.get(value);
    const kind = step && carried.get(step);
    const here = positions.has(value);
    if (step === undefined) return [{ from: value, through: [], positions: here }];
    const own = home.get(step);
    if (own !== undefined) return [{ from: own, through: [], positions: here }];
    if (kind === undefined) return [];
    return step.reads.flatMap((id) => waysTo(id).map((way) => ({ from: way.from, through: [...way.through, { step, kind }], positions: here || way.positions })));
  };

  const groups: Group[] = [];
  const before = (one: Group): ReadonlySet<Group> => {
    const found = new Set<Group>();
    for (const step of one.steps) for (const id of step.reads) for (const { from } of waysTo(id)) if (typeof from !== "number" && from !== one) found.add(from);
    return found;
  };
  const reaches = (from: Group, to: Group, seen = new Set<Group>()): boolean => {
    if (from === to) return true;
    if (seen.has(to)) return false;
    seen.add(to);
    for (const earlier of before(to)) if (reaches(from, earlier, seen)) return true;
    return false;
  };
  /** Whether a step that reads these may join without a way out and back in. */
  const mayJoin = (into: Group, reads: readonly ValueId[]): boolean =>
    reads.every((id) => waysTo(id).every(({ from }) => typeof from === "number" || from === into || !reaches(into, from)));
  const onlyReader = (id: ValueId, step: Step): boolean => !outputs.has(id) && (readers.get(id) ?? []).every((reader) => reader === step);
  const direct = (step: Step): Group | undefined => {
    const [id, ...others] = step.reads;
    if (id === undefined || others.length > 0) return undefined;
    const [way, ...more] = waysTo(id);
    if (way === undefined || more.length > 0 || typeof way.from === "number") return undefined;
    if (way.through.some(({ kind, step: { level } }) => kind !== "plain" || level !== step.level)) return undefined;
    const last = way.from.steps.at(-1)!;
    const chain = [last, ...way.through.map((one) => one.step)];
    return chain.every((one) => one.node.outputs.every((out) => !outputs.has(out) && (readers.get(out) ?? []).length <= 1)) && onlyReader(id, step) && last.level === step.level ? way.from : undefined;
  };

  const byScope = new Map<string, Group>();
  for (const step of steps) {
    if (carried.get(step) !== undefined) continue;
    const scope = scopeOf(step);
    const { role } = step.node;
    let into: Group | undefined;
    if (scope !== undefined) {
      const own = byScope.get(scope);
      if (own && mayJoin(own, step.reads)) into = own;
    } else {
      const earlier = direct(step);
      const light = !step.heavy && step.reads.length === 1;
      if (earlier && (detail ? light : earlier.role === role && (light || earlier.scope === undefined)) && !(detail && role !== earlier.role)) into = earlier;
    }
    if (into === undefined) {
      into = { steps: [], scope, role };
      groups.push(into);
      if (scope !== undefined) byScope.set(scope, into);
    }
    into.steps.push(step);
    home.set(step, into);
  }
  const grouped: Grouped = { groups, waysTo, groupOf: (step) => home.get(step) };
  return detail ? grouped : tidy(grouped, home, outputs);
}

/** The boxes and what is between them, while boxes are joined. */
class Boxes {
  private readonly sources = new Map<Group, Map<Group, Way[]>>();
  private readonly readers = new Map<Group, Set<Group>>();
  private readonly readInputs = new Set<Group>();
  private readonly tapped = new Set<Group>();

  constructor(groups: readonly Group[], waysTo: Grouped["waysTo"], outputs: ReadonlySet<ValueId>, private readonly home: Map<Step, Group>) {
    for (const one of groups) {
      this.sources.set(one, new Map());
      this.readers.set(one, new Set());
    }
    for (const one of groups)
      for (const way of one.steps.flatMap((step) => step.reads.flatMap(waysTo)))
        if (typeof way.from === "number") this.readInputs.add(one);
        else if (way.from !== one) this.link(way.from, one, [way]);
    // Through arrows too: where an output is only resized, it leaves here.
    for (const id of outputs) for (const { from } of waysTo(id)) if (typeof from !== "number") this.tapped.add(from);
  }

  get list(): readonly Group[] {
    return [...this.sources.keys()];
  }

  sourcesOf = (one: Group): readonly Group[] => [...this.sources.get(one)!.keys()];
  readersOf = (one: Group): readonly Group[] => [...this.readers.get(one)!];
  waysBetween = (a: Group, b: Group): readonly Way[] => this.sources.get(b)!.get(a) ?? [];
  readsInput = (one: Group): boolean => this.readInputs.has(one);
  isTapped = (one: Group): boolean => this.tapped.has(one);

  /** The only box that reads this one, where nothing else needs it. */
  next(one: Group): Group | undefined {
    const [next, ...others] = this.readersOf(one);
    return others.length > 0 || this.isTapped(one) ? undefined : next;
  }

  comesBefore(earlier: Group, later: Group): boolean {
    const found = new Set([later]);
    for (const one of found) for (const source of this.sources.get(one)!.keys()) found.add(source);
    return found.has(earlier);
  }

  merge(a: Group, into: Group): void {
    for (const step of a.steps) this.home.set(step, into);
    into.steps = [...a.steps, ...into.steps].sort((one, other) => one.index - other.index);
    for (const [source, ways] of this.sources.get(a)!) {
      this.readers.get(source)!.delete(a);
      if (source !== into) this.link(source, into, ways);
    }
    for (const reader of this.readers.get(a)!) {
      const ways = this.sources.get(reader)!.get(a)!;
      this.sources.get(reader)!.delete(a);
      if (reader !== into) this.link(into, reader, ways);
    }
    this.sources.get(into)!.delete(a);
    this.readers.get(into)!.delete(a);
    for (const set of [this.readInputs, this.tapped]) if (set.delete(a)) set.add(into);
    this.sources.delete(a);
    this.readers.delete(a);
  }

  private link(from: Group, to: Group, ways: readonly Way[]): void {
    const known = this.sources.get(to)!;
    known.set(from, [...(known.get(from) ?? []), ...ways]);
    this.readers.get(from)!.add(to);
  }
}

/** Joins what is too small to stand alone, and long runs of equal blocks. */
function tidy(grouped: Grouped, home: Map<Step, Group>, outputs: ReadonlySet<ValueId>): Grouped {
  const boxes = new Boxes(grouped.groups, grouped.waysTo, outputs, home);
  const lastLevel = (one: Group): number | undefined => one.steps.at(-1)!.level;
  const alike = (a: Group, b: Group): boolean => a.role === b.role && lastLevel(a) === lastLevel(b);
  const isLight = (one: Group): boolean => !one.steps.some((step) => step.heavy);
  const isPlain = (ways: readonly Way[], skips: boolean): boolean => ways.every((way) => way.through.every(({ kind, step }) => kind === "plain" && (skips || step.node.role !== "skip")));

  // A residual sum goes with the block that it closes: its other inputs were there before that block.
  for (const one of boxes.list) {
    if (one.scope !== undefined || !isLight(one)) continue;
    const sources = boxes.sourcesOf(one);
    const block = sources.find((source) =>
      boxes.next(source) === one && alike(source, one) && isPlain(boxes.waysBetween(source, one), false)
      && sources.every((other) => other === source || boxes.comesBefore(other, source)));
    if (block) boxes.merge(one, block);
  }
  // A sum or a concatenation goes with what it feeds.
  for (const one of boxes.list) {
    const next = boxes.next(one);
    if (next && isLight(one) && alike(one, next) && isPlain(boxes.waysBetween(one, next), false)) boxes.merge(one, next);
  }

  // features.4, features.5, ... of one resolution; or four and more of one name and width, such as block4 to block19.
  const isIndexed = (one: Group): boolean => /(^|\.)\d+$/.test(one.scope ?? "");
  const nameOf = (one: Group): string => one.scope ?? stem(one);
  const family = (one: Group): string => nameOf(one).replace(/\d+/g, "#");
  const channels = (one: Group): string => String(one.steps.findLast((step) => step.heavy)?.node.attributes["channels"]);
  const follower = (one: Group): Group | undefined => {
    const next = boxes.next(one);
    return next && boxes.sourcesOf(next).length === 1 && !boxes.readsInput(next) && alike(one, next) && family(one) === family(next)
      && (isIndexed(one) || channels(one) === channels(next)) && isPlain(boxes.waysBetween(one, next), false) ? next : undefined;
  };
  const inRun = new Set<Group>();
  for (const first of boxes.list) {
    if (inRun.has(first)) continue;
    const run = [first];
    for (let next = follower(first); next; next = follower(next)) run.push(next);
    for (const one of run) inRun.add(one);
    if (run.length < (isIndexed(first) ? 2 : 4)) continue;
    const last = run.at(-1)!;
    last.run = [nameOf(first), nameOf(last)];
    for (const one of run.slice(0, -1)) boxes.merge(one, last);
  }

  // What is reduced and refined on its way across is one box; in a very long network, a chain in the decoder too.
  const tooLong = longestPath(boxes) > mostColumns;
  for (const one of boxes.list) {
    const next = boxes.next(one);
    if (next === undefined || boxes.sourcesOf(next).length > 1 || boxes.readsInput(next) || !alike(one, next)) continue;
    if (one.role !== "skip" && (!tooLong || one.role === "encoder")) continue;
    if (!isPlain(boxes.waysBetween(one, next), true)) continue;
    boxes.merge(one, next);
    next.scope = undefined;
    delete next.run;
  }
  return { ...grouped, groups: boxes.list };
}

const mostColumns = 16;

function longestPath(boxes: Boxes): number {
  const known = new Map<Group, number>();
  const length = (one: Group): number => {
    const found = known.get(one) ?? 1 + Math.max(0, ...boxes.sourcesOf(one).map(length));
    known.set(one, found);
    return found;
  };
  return Math.max(0, ...boxes.list.map(length));
}

/** What the paths inside have in common, or that of the last layer. */
export function stem({ steps }: Pick<Group, "steps">): string {
  const heavy = steps.filter((step) => step.heavy);
  const paths = (heavy.length > 0 ? heavy : steps).map((step) => step.node.path);
  if (heavy.length === 0) return paths.at(-1)!.replace(/\.[^.]+$/, "");
  if (paths.length === 1) return paths[0]!;
  // Where the first layers are called otherwise, what the others have in common.
  for (let from = 0; from < paths.length - 1; from++) {
    let common = paths[from]!;
    for (const path of paths.slice(from)) while (!path.startsWith(common)) common = common.slice(0, -1);
    // Numbers are not cut: of features.10 and features.14 the one that is shared is no part.
    if (paths.slice(from).some((path) => /^\d/.test(path.slice(common.length)))) common = common.replace(/\d+$/, "");
    // conv6 and conv7 are conv6-7.
    if (from === 0 && !/[._]$/.test(common) && paths.every((path) => /^\d+$/.test(path.slice(common.length)))) return `${paths[0]}\u2013${paths.at(-1)!.slice(common.length)}`;
    const trimmed = common.replace(/[._]+$/, "").replace(/[._]conv$/, "");
    if (trimmed.length >= 2) return trimmed;
  }
  return paths.at(-1)!;
}
