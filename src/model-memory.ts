/**
 * What was found of the models of a file, for when its text changes: a model whose own text and everything that it depends on
 * are as they were is not worked out again, only moved to where it stands now.
 */
import type { Module, Program } from "./bind/program.js";
import type { Problem } from "./diagnostics/problem.js";
import { namesIn } from "./lint/names.js";
import type { CheckedModel, ModelMemory, ModelResult } from "./compile.js";
import type { Network } from "./network/network.js";
import type { Place, SourceFile, Span } from "./source/source.js";
import type { Declaration, Model } from "./syntax/ast.js";

/** One text of a file, without its tree: where its declarations stand, and what else its names stand for. */
interface Version {
  readonly file: SourceFile;
  readonly declared: ReadonlyMap<string, Span>;
  readonly imported: ReadonlyMap<string, Declaration>;
  /** `// segc: ...`: it speaks of the whole file. */
  readonly statements: string;
}

interface Kept extends ModelResult {
  readonly version: Version;
  readonly doc: string | undefined;
  /** All names that the model and what it uses are written with. */
  readonly names: ReadonlySet<string>;
}

export class FileMemory {
  private kept = new Map<string, Kept>();

  /** The memory for one check of the file; what is not looked at in it is forgotten. */
  round({ main }: Program): ModelMemory {
    const now = versionOf(main);
    const before = this.kept;
    const kept = (this.kept = new Map<string, Kept>());
    return {
      recall: (model) => {
        const found = before.get(model.name.text);
        if (found === undefined || found.doc !== model.doc || found.version.statements !== now.statements) return undefined;
        if (![...found.names].every((name) => unchanged(name, found.version, now))) return undefined;
        kept.set(model.name.text, found);
        return moved(found, now);
      },
      keep: (model, result) => {
        // The notes of an error may name lines.
        if (result.problems.some(({ severity }) => severity === "error")) return;
        kept.set(model.name.text, { ...result, version: now, doc: model.doc, names: namesBehind(model, main) });
      },
    };
  }
}

function versionOf(module: Module): Version {
  const { file, tree, names } = module;
  return {
    file,
    declared: new Map(tree.declarations.map(({ name, span }) => [name.text, span])),
    imported: new Map([...names].flatMap(([name, one]) => (one.module === module ? [] : [[name, one.kind === "block" ? one.block : one.kind === "let" ? one.let : one.model]]))),
    statements: file.text.match(/\/\/[ \t]*segc:.*/g)?.join("\n") ?? "",
  };
}

/** Whether a name stands for the same text, for the same thing of another module, or for nothing in both. */
function unchanged(name: string, before: Version, now: Version): boolean {
  const [was, is] = [before.declared.get(name), now.declared.get(name)];
  if (was === undefined || is === undefined) return was === is && before.imported.get(name) === now.imported.get(name);
  return textOf(before, was) === textOf(now, is);
}

const textOf = ({ file }: Version, span: Span): string => file.text.slice(span.start, span.end);

function namesBehind(model: Model, main: Module): ReadonlySet<string> {
  const names = new Set([model.name.text]);
  const open: Declaration[] = [model];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const name of namesIn(at)) {
      if (names.has(name)) continue;
      names.add(name);
      const declared = main.names.get(name);
      if (declared?.module !== main || declared.kind === "model") continue;
      open.push(declared.kind === "block" ? declared.block : declared.let);
    }
  return names;
}

type Move = (place: Place) => Place;

/** The result as it is to be told now; undefined where something in it lies outside of what is known to be unchanged. */
function moved({ problems, checked, version, names }: Kept, now: Version): ModelResult | undefined {
  if (version.file === now.file) return { problems, checked };
  const move: Move = (place) => {
    if (place.file !== version.file) return place;
    const { start, end } = place.span;
    for (const name of names) {
      const [was, is] = [version.declared.get(name), now.declared.get(name)];
      if (was && is && was.start <= start && end <= was.end) return { file: now.file, span: { start: start + is.start - was.start, end: end + is.start - was.start } };
    }
    throw new Elsewhere();
  };
  try {
    return { problems: problems.map((problem) => movedProblem(problem, move)), checked: checked && movedModel(checked, move) };
  } catch (error) {
    if (error instanceof Elsewhere) return undefined;
    throw error;
  }
}

class Elsewhere extends Error {}

const movedProblem = (problem: Problem, move: Move): Problem => ({
  ...problem,
  place: move(problem.place),
  labels: problem.labels.map((label) => ({ ...label, place: move(label.place) })),
  trace: problem.trace.map((frame) => ({ ...frame, place: move(frame.place) })),
  fix: problem.fix && { ...problem.fix, edits: problem.fix.edits.map((edit) => ({ ...edit, place: move(edit.place) })) },
});

/** The network is moved when it is asked for: most who check want its problems only. */
function movedModel({ network: before, analysis, sizes }: CheckedModel, move: Move): CheckedModel {
  let network: Network | undefined;
  return {
    get network() {
      return (network ??= movedNetwork(before, move));
    },
    analysis,
    sizes,
  };
}

function movedNetwork(network: Network, move: Move): Network {
  const at = <T extends { readonly place: Place; readonly trace: Problem["trace"] }>(one: T): T =>
    ({ ...one, place: move(one.place), trace: one.trace.map((frame) => ({ ...frame, place: move(frame.place) })) });
  return { ...network, nodes: network.nodes.map(at), demands: network.demands.map(at), place: move(network.place) };
}
