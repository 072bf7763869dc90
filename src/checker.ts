/**
 * Checks specs again and again, as an editor or `--watch` does: what has not changed since the last time is not worked out again.
 * It holds what it has seen for as long as it lives; nothing is shared between two checkers.
 */
import type { Host } from "./bind/modules.js";
import { ModuleCache } from "./bind/module-cache.js";
import { type Checked, type CompileOptions, checkAgain } from "./compile.js";
import { FileMemory } from "./model-memory.js";
import type { SourceFile } from "./source/source.js";

interface Kept {
  /** Of the models of the file. */
  readonly memory: FileMemory;
  readonly text: string;
  /** What the host was asked for, with what it said. */
  readonly reads: ReadonlyMap<string, string | undefined>;
  readonly checked: Checked;
}

export class Checker {
  private readonly modules = new ModuleCache();
  private readonly kept = new Map<string, Kept>();

  /** What `check` of the same arguments gives. The host may change what it says from one call to the next. */
  check(source: SourceFile, options: Omit<CompileOptions, "modules"> = {}): Checked {
    const { host, ...settings } = options;
    const key = JSON.stringify([source.path, settings]);
    const before = this.kept.get(key);
    if (before !== undefined && before.text === source.text && [...before.reads].every(([path, text]) => host?.read(path) === text)) return before.checked;
    const asked = host && new AskedHost(host);
    const memory = before?.memory ?? new FileMemory();
    const checked = checkAgain(source, { ...settings, modules: this.modules, ...(asked && { host: asked }) }, (program) => memory.round(program));
    // Suggestions come from a list of files, which any file may change.
    if (asked?.listed) this.kept.delete(key);
    else this.kept.set(key, { memory, text: source.text, reads: asked?.reads ?? new Map(), checked });
    return checked;
  }
}

/** Notes what a host is asked for. */
class AskedHost implements Host {
  readonly reads = new Map<string, string | undefined>();
  listed = false;

  constructor(private readonly host: Host) {}

  read(path: string): string | undefined {
    const text = this.host.read(path);
    this.reads.set(path, text);
    return text;
  }

  refusal(path: string): string | undefined {
    return this.host.refusal?.(path);
  }

  list(): readonly string[] {
    this.listed = true;
    return this.host.list?.() ?? [];
  }
}
