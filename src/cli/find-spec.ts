/**
 * From what the user wrote to specs:
 *
 *     specs/unet.seg   the file                    -            the text on stdin
 *     specs/           every .seg file below       std.blocks   a module of the standard library
 *     unet             unet.seg here, else the one that comes with segc
 */
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean } from "../diagnostics/suggest.js";
import { standardLibrary } from "../library.js";
import type { SourceFile } from "../source/source.js";
import { Failure, systemFailure } from "./failure.js";
import { type Project, decodeText, filesBelow, projectOf, readText, shownPath } from "./project.js";

export interface Spec {
  /** Its path counts from the project's root, so that what is compiled does not depend on where the command runs. */
  readonly file: SourceFile;
  /** Without folder and extension: what outputs are named after. */
  readonly name: string;
  readonly project: Project;
  /** The file itself; undefined for stdin and the standard library. */
  readonly path: string | undefined;
  /** Comes with segc: nothing is written near it. */
  readonly shipped: boolean;
}

export interface FindOptions {
  readonly "stdin-filename"?: string | undefined;
}

/** One spec. */
export function findSpec(operand: string, options: FindOptions): Spec {
  const [read, ...others] = find(operand, options, false);
  if (read === undefined || others.length > 0) throw new Error("one operand gave several specs");
  return read();
}

export interface Found {
  /** Of all operands, each once; folders stand for what is below them. At least one. */
  readonly specs: readonly Spec[];
  /** What could not be read. The other specs are none the worse for it, but the command ends with status 2. */
  readonly failures: readonly Failure[];
}

/** Throws where there is nothing but failures. */
export function findSpecs(operands: readonly string[], options: FindOptions): Found {
  const specs = new Map<string, Spec>();
  const failures: Failure[] = [];
  const collect = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
      return undefined;
    }
  };
  for (const operand of operands)
    for (const read of collect(() => find(operand, options, true)) ?? []) {
      const spec = collect(read);
      const key = spec && (spec.path ?? `<${spec.file.path}>`);
      if (spec && key !== undefined && !specs.has(key)) specs.set(key, spec);
    }
  if (specs.size === 0) throw failures[0]!;
  return { specs: [...specs.values()], failures };
}

/** What reads the specs of an operand. */
function find(operand: string, options: FindOptions, folders: boolean): readonly (() => Spec)[] {
  if (operand === "-") return [() => fromStdin(options["stdin-filename"] ?? "stdin.seg")];
  if (operand === "") throw new Failure("the name of a spec is empty");
  const path = resolve(operand);
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) return [() => fromFile(path)];
    if (operand.endsWith(".seg")) throw new Failure(`${shownPath(path)} is a folder, not a spec`);
    const found = filesBelow(path);
    if (!folders) throw new Failure(`${shownPath(path)} is a folder, and one spec is needed`, found.length > 0 ? `name a file: ${found.slice(0, 8).map(shownPath).join(", ")}` : "there is no .seg file below it");
    if (found.length === 0) throw new Failure(`there is no .seg file below ${shownPath(path)}`);
    return found.map((file) => () => fromFile(file));
  }
  const library = `${operand.replaceAll(".", "/")}.seg`;
  if (/^std(\.\w+)+$/.test(operand)) {
    const text = standardLibrary[library];
    if (text !== undefined) return [() => ({ file: { path: library, text }, name: basename(library, ".seg"), project: projectOf(process.cwd()), path: undefined, shipped: true })];
    const modules = Object.keys(standardLibrary).map((one) => one.replace(/\.seg$/, "").replaceAll("/", "."));
    throw new Failure(`the standard library has no module ${operand}`, didYouMean(operand, modules) ?? `it has ${modules.join(", ")}`);
  }
  if (/^[\w-]+$/.test(operand)) {
    if (existsSync(`${path}.seg`)) return [() => fromFile(`${path}.seg`)];
    const ours = join(packageFolder(), "specs", `${operand}.seg`);
    if (existsSync(ours)) return [() => ({ ...fromFile(ours), shipped: true })];
  }
  throw missing(operand, path);
}

function fromFile(path: string): Spec {
  const project = projectOf(dirname(path));
  return {
    file: { path: relative(project.root, path).split(sep).join("/"), text: readText(path, "give the text on stdin: segc ... -") },
    name: basename(path, ".seg"),
    project,
    path,
    shipped: false,
  };
}

function fromStdin(filename: string): Spec {
  const path = resolve(filename);
  if (!existsSync(dirname(path))) throw new Failure(`--stdin-filename: there is no folder ${shownPath(dirname(path))}`);
  const project = projectOf(dirname(path));
  let bytes: Buffer;
  try {
    bytes = readFileSync(0);
  } catch (error) {
    throw systemFailure("cannot read stdin", error);
  }
  return { file: { path: relative(project.root, path).split(sep).join("/"), text: decodeText(bytes, "the text on stdin") }, name: basename(path, ".seg"), project, path: undefined, shipped: false };
}

function missing(operand: string, path: string): Failure {
  const folder = dirname(path);
  if (operand.includes("\ufffd")) return new Failure(`the name ${operand} is not in UTF-8`, "rename the file, or give its text on stdin: segc ... -");
  if (leadsNowhere(path)) return new Failure(`${operand} is a link that leads to no file`);
  const here = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).filter((name) => name.endsWith(".seg")) : [];
  const prefix = operand.slice(0, operand.length - basename(operand).length);
  const near = didYouMean(basename(operand), here);
  const ours = shippedNames();
  const bare = basename(operand, ".seg");
  const help = near?.replace(/`(?=\w)/g, `\`${prefix}`)
    ?? (ours.includes(bare) ? `segc comes with \`${bare}\`: write it without a folder and .seg` : undefined)
    ?? didYouMean(bare, ours)
    ?? (/^[\w-]+$/.test(operand) ? `segc comes with ${ours.join(", ")}` : undefined);
  return new Failure(existsSync(folder) ? `there is no file ${operand}` : `there is no folder ${shownPath(folder)}`, help);
}

/** Of a path at which there is no file. */
function leadsNowhere(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Names of the networks that come with segc. */
export function shippedNames(): readonly string[] {
  const folder = join(packageFolder(), "specs");
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".seg")).map((name) => basename(name, ".seg")).sort() : [];
}

/** Where segc itself lies: the folder above with specs/ and package.json, whether this runs from dist/ or from src/. */
export function packageFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); dirname(at) !== at; at = dirname(at))
    if (existsSync(join(at, "package.json")) && existsSync(join(at, "specs"))) return at;
  throw new Failure("this installation of segc is not whole: its specs/ are missing");
}
