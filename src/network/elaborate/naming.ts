/**
 * Paths of steps. A label (`as conv1`) is the name; without one, the only step of a chain that owns weights passes on the name
 * of its binding, and all others are called binding.operator. Numbers keep unlabelled steps apart.
 */

/** Hands out paths inside one call of a block (or the model). */
export class Paths {
  private readonly counts = new Map<string, number>();

  constructor(
    readonly prefix: string,
    private readonly taken: Set<string>,
  ) {}

  /** A path for a labelled step, or undefined when another step has it. */
  labelled(label: string): string | undefined {
    const path = join(this.prefix, label);
    if (this.taken.has(path)) return undefined;
    this.taken.add(path);
    return path;
  }

  /** A free path: `relu`, then `relu2`, `relu3`. */
  fresh(name: string): string {
    for (;;) {
      const count = (this.counts.get(name) ?? 0) + 1;
      this.counts.set(name, count);
      const path = join(this.prefix, count === 1 ? name : `${name}${count}`);
      if (!this.taken.has(path)) {
        this.taken.add(path);
        return path;
      }
    }
  }

  /** The path of the block itself, for the one operator that stands for it; undefined when it has gone to another, or there is none. */
  own(): string | undefined {
    const mark = `${this.prefix}\0`;
    if (this.prefix === "" || this.taken.has(mark)) return undefined;
    this.taken.add(mark);
    return this.prefix;
  }

  /** The paths inside a step of this path; a step without a name of its own shares ours. */
  inside(path: string | undefined): Paths {
    return path === undefined ? this : new Paths(path, this.taken);
  }
}

export const join = (prefix: string, name: string): string => (prefix === "" ? name : name === "" ? prefix : `${prefix}.${name}`);
