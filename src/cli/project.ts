/** The project around a spec: its root, and reading modules inside of it and nowhere else. */
import { closeSync, constants, existsSync, openSync, readFileSync, readdirSync, realpathSync, fstatSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Host } from "../bind/modules.js";
import { Failure, systemFailure } from "./failure.js";
import { noteInput } from "./inputs.js";

const marks = ["segc.config.json", "package.json", ".git"];

/** The nearest folder upwards that is marked as a project, else the folder itself. */
export function rootOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (marks.some((mark) => existsSync(join(at, mark)))) return at;
    if (dirname(at) === at) return folder;
  }
}

const inside = (root: string, path: string): boolean => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

/** The path as the user would write it here: relative where that is shorter. */
export function shownPath(path: string): string {
  const here = relative(process.cwd(), path) || ".";
  return here.length < path.length ? here.split(sep).join("/") : path;
}

/** Above this nothing is a text that segc reads; the parser's own limit is lower. */
const largest = 64 * 1024 * 1024;

/**
 * The whole of a text file, which the command then does not write over. Fails with what is wrong with it: a folder, a device, no
 * UTF-8. `help`: what else could be done where it is no file.
 */
export function readText(path: string, help?: string): string {
  const shown = shownPath(path);
  let bytes: Buffer;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = fstatSync(file);
      if (stat.isDirectory()) throw new Failure(`${shown} is a folder, not a file`);
      if (!stat.isFile()) throw new Failure(`${shown} is not a regular file`, help);
      if (stat.size > largest) throw new Failure(`${shown} is too large (${stat.size} bytes)`);
      bytes = readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw systemFailure(`cannot read ${shown}`, error);
  }
  noteInput(path);
  return decodeText(bytes, shown);
}

export function decodeText(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Failure(`${shown} is not a text in UTF-8`, "save it as UTF-8; where it is no text at all, give another file");
  }
}

export interface Project {
  readonly root: string;
  readonly host: Host;
  /** What was asked for and lies outside: said once the command is done. */
  readonly refused: Set<string>;
}

const projects = new Map<string, Project>();

/** Files may have changed: they are read again. */
export const forgetProjects = (): void => projects.clear();

/** `folder`: that of the main file. */
export function projectOf(folder: string): Project {
  const root = rootOf(folder);
  const known = projects.get(root);
  if (known !== undefined) return known;
  const refused = new Set<string>();
  const realRoot = realpathSync(root);
  const texts = new Map<string, string | undefined>();
  const refusals = new Map<string, string>();

  const read = (path: string): string | undefined => {
    const target = resolve(root, path);
    if (!inside(root, target) || !existsSync(target)) return undefined;
    // Through links too: where the file really lies must be inside.
    const real = realpathSync(target);
    if (!inside(realRoot, real)) {
      refused.add(target);
      return undefined;
    }
    try {
      return readText(real);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refusals.set(path, error.message);
      return undefined;
    }
  };
  const project: Project = {
    root,
    refused,
    host: {
      read(path) {
        if (!texts.has(path)) texts.set(path, read(path));
        return texts.get(path);
      },
      refusal: (path) => refusals.get(path),
      list: () => filesBelow(folder, 200).map((file) => relative(root, file).split(sep).join("/")),
    },
  };
  projects.set(root, project);
  return project;
}

/** The .seg files below a folder, sorted; not those in node_modules, in folders whose name begins with a dot, or behind links that lead out. */
export function filesBelow(folder: string, most = Infinity): string[] {
  const found: string[] = [];
  const real = realpathSync(folder);
  const visit = (at: string): void => {
    let entries;
    try {
      entries = readdirSync(at, { withFileTypes: true });
    } catch (error) {
      throw systemFailure(`cannot read the folder ${shownPath(at)}`, error);
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (found.length >= most) return;
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && !entry.name.startsWith(".")) visit(path);
      } else if (entry.name.endsWith(".seg") && (entry.isFile() || (entry.isSymbolicLink() && leadsInside(path, real)))) found.push(path);
    }
  };
  visit(folder);
  return found;
}

function leadsInside(link: string, root: string): boolean {
  try {
    return inside(root, realpathSync(link));
  } catch {
    return false; // leads nowhere
  }
}
