import type { Value } from "./values.js";

/** Names of one body; a `for` opens a scope of its own for plain names. */
export class Scope {
  private readonly names = new Map<string, Value>();

  constructor(
    private readonly parent: Scope | undefined,
    /** Indexed families belong to the whole body, not to the loop that fills them. */
    private readonly body: Scope | undefined = parent?.body ?? parent,
  ) {}

  find(name: string): Value | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  set(name: string, value: Value): void {
    this.names.set(name, value);
  }

  /** The family of this name, made where the body begins. */
  family(name: string): Value & { kind: "family" } | undefined {
    const found = this.find(name);
    if (found !== undefined) return found.kind === "family" ? found : undefined;
    const made = { kind: "family", name, elements: new Map<number, Value>() } as const;
    (this.body ?? this).set(name, made);
    return made;
  }

  *all(): Iterable<string> {
    yield* this.names.keys();
    if (this.parent) yield* this.parent.all();
  }
}
