/** Options: what each takes, how it reads in help, and how its text becomes a value. What several commands share is declared here once. */
import { deviceNames } from "../runtime/device-messages.js";

export interface Option<Value> {
  /** What stands for the value in help: `HxW`. Absent: a flag. */
  readonly value?: string;
  readonly short?: string;
  readonly doc: string;
  /** All texts given, in order (empty strings for a flag). */
  readonly read: (given: readonly string[]) => Value;
}

export type OptionSpecs = Readonly<Record<string, Option<unknown>>>;
export type OptionValues<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]: Specs[Name] extends Option<infer Value> ? Value : never };

/** The text of an option is not what it takes. `arguments.ts` says which option it was. */
export class BadValue extends Error {}

export const flag = (doc: string, short?: string): Option<boolean> => ({ doc, ...(short === undefined ? {} : { short }), read: (given) => given.length > 0 });

export const text = (value: string, doc: string, short?: string): Option<string | undefined> => ({
  value, doc, ...(short === undefined ? {} : { short }),
  read: (given) => {
    if (given.at(-1) === "") throw new BadValue("the value is empty");
    return given.at(-1);
  },
});

export const choice = <const Member extends string>(members: readonly Member[], doc: string): Option<Member | undefined> => ({
  value: members.join("|"),
  doc,
  read: (given) => {
    const last = given.at(-1);
    if (last === undefined) return undefined;
    const found = members.find((member) => member === last);
    if (found === undefined) throw new BadValue(`\`${last}\` is none of ${members.join(", ")}`);
    return found;
  },
});

export const integer = (value: string, doc: string, { min, max }: { readonly min: number; readonly max: number }): Option<number | undefined> => ({
  value,
  doc,
  read: (given) => {
    const last = given.at(-1);
    if (last === undefined) return undefined;
    const number = /^-?\d{1,16}$/.test(last) ? Number(last) : NaN;
    if (!(number >= min && number <= max)) throw new BadValue(`\`${last}\` is not a whole number from ${min} to ${max}`);
    return number;
  },
});

export interface Size {
  readonly height: number;
  readonly width: number;
}

const largestSide = 1_000_000;

export function parseSize(given: string): Size {
  const match = /^(\d{1,9})(?:[x\u00d7](\d{1,9}))?$/i.exec(given.trim());
  const height = Number(match?.[1] ?? 0);
  const width = Number(match?.[2] ?? height);
  if (height < 1 || width < 1) throw new BadValue(`\`${given}\` is not a size: write height x width as in 512x640, or one number for a square`);
  if (height > largestSide || width > largestSide) throw new BadValue(`\`${given}\` is larger than ${largestSide} pixels a side`);
  return { height, width };
}

const size: Option<Size | undefined> = {
  value: "HxW",
  doc: "size of the input image, height x width; one number for a square",
  read: (given) => (given.length === 0 ? undefined : parseSize(given.at(-1)!)),
};

const set: Option<Readonly<Record<string, string>>> = {
  value: "name=value",
  doc: "sets a parameter of the model; may be repeated",
  read: (given) =>
    Object.fromEntries(
      given.map((one) => {
        const match = /^\s*([A-Za-z_]\w*)\s*=(.*)$/s.exec(one);
        if (match === null) throw new BadValue(`\`${one}\` is not of the form name=value`);
        if (match[2]!.trim() === "") throw new BadValue(`\`${one}\` gives \`${match[1]}\` no value`);
        return [match[1]!, match[2]!.trim()];
      }),
    ),
};

/** Everywhere. */
export const common = {
  json: flag("result as JSON (docs/json.md)"),
  quiet: flag("say nothing but problems on stderr", "q"),
  verbose: flag("say more on stderr", "v"),
  help: flag("show this help", "h"),
} as const;

/** What chooses one network out of a spec. */
export const modelOptions = {
  set,
  size,
  batch: integer("N", "size of the batch", { min: 1, max: 1_000_000 }),
  model: text("NAME", "which model of the file, where it has several"),
  "with-loss": flag("keeps the losses, and the inputs that only they read (labels, weight maps)"),
  "max-nodes": integer("N", "most operators that a network may have", { min: 1, max: 10_000_000 }),
} as const;

export const specOptions = {
  "stdin-filename": text("PATH", "with `-`: where the text on stdin is taken to lie"),
} as const;

export const out = (doc: string): Option<string | undefined> => ({
  ...text("FILE", doc, "o"),
  read: (given) => {
    const path = text("FILE", doc).read(given);
    if (path?.endsWith("/")) throw new BadValue(`\`${path}\` is the name of a folder: give that of a file`);
    return path;
  },
});
export const seed = integer("N", "seed of the initial weights (default 0)", { min: 0, max: 2 ** 32 - 1 });
export const device = choice(deviceNames, "where to run (default cpu)");
