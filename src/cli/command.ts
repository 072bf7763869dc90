import type { common, OptionSpecs, OptionValues } from "./options.js";
import type { Terminal } from "./terminal.js";

/** What ends a process: fine, findings in what was looked at, wrong usage or environment. */
export type ExitCode = 0 | 1 | 2;

export interface Example {
  readonly line: string;
  readonly doc: string;
}

interface Declared<Specs> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Operands as in `SPEC [--out FILE]`; options are added by the help. */
  readonly operands: string;
  readonly atLeast: number;
  readonly atMost: number;
  /** What the help says below the usage. */
  readonly doc: string;
  readonly options: Specs;
  readonly examples: readonly Example[];
}

export interface Given<Specs extends OptionSpecs> {
  readonly operands: readonly string[];
  readonly options: OptionValues<Specs & typeof common>;
  readonly terminal: Terminal;
}

/** A command as lists, help and the argument reader see it. Whatever is heavy is imported by `run`, when it runs. */
export interface Command extends Declared<OptionSpecs> {
  readonly run: (given: Given<OptionSpecs>) => Promise<ExitCode>;
}

export const defineCommand = <const Specs extends OptionSpecs>(
  command: Declared<Specs> & { readonly run: (given: Given<Specs>) => Promise<ExitCode> },
): Command => command as unknown as Command;
