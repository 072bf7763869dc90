/** Reads the words after a command's name by its declaration. */
import { parseArgs } from "node:util";
import { didYouMean } from "../diagnostics/suggest.js";
import type { Command } from "./command.js";
import { Failure } from "./failure.js";
import { BadValue, type OptionSpecs, common } from "./options.js";

export interface Arguments {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export function readArguments(command: Command, words: readonly string[]): Arguments {
  const specs: OptionSpecs = { ...command.options, ...common };
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(specs).map(([name, { value, short }]) => [
        name, { type: value === undefined ? "boolean" as const : "string" as const, multiple: true, ...(short === undefined ? {} : { short }) },
      ]),
    ),
  });

  const operands: string[] = [];
  const texts = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      operands.push(token.value);
      continue;
    }
    const { name, rawName, value } = token;
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) throw unknownOption(command, specs, rawName);
    if (spec.value === undefined && value !== undefined) throw usage(command, `${rawName} takes no value`);
    // A word that follows and looks like an option is one: `--out --json` lacks the file. Inline, anything goes.
    const missing = value === undefined || (!token.inlineValue && /^--?[A-Za-z]/.test(value));
    if (spec.value !== undefined && missing) throw usage(command, `${rawName} needs a value: ${rawName} ${spec.value}`);
    texts.set(name, [...(texts.get(name) ?? []), value ?? ""]);
  }

  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      try {
        return [name, spec.read(texts.get(name) ?? [])];
      } catch (error) {
        if (error instanceof BadValue) throw usage(command, `--${name}: ${error.message}`);
        throw error;
      }
    }),
  );
  if (options["help"] !== true) {
    if (operands.length < command.atLeast) throw usage(command, `segc ${command.name} needs ${command.operands}`);
    if (operands.length > command.atMost) throw usage(command, `\`${operands[command.atMost]}\` is one too many: segc ${command.name} takes ${command.operands === "" ? "no operands" : command.operands}`);
  }
  return { operands, options };
}

function unknownOption(command: Command, specs: OptionSpecs, written: string): Failure {
  const names = Object.keys(specs).map((name) => `--${name}`);
  return usage(command, `segc ${command.name} has no option ${written}`, written.startsWith("--") ? didYouMean(written, names) : undefined);
}

const usage = (command: Command, message: string, help?: string): Failure => new Failure(message, help ?? `segc help ${command.name} shows what it takes`);
