/** Help, made from the declarations of the commands. */
import type { Command } from "./command.js";
import { type OptionSpecs, common } from "./options.js";
import { table } from "./table.js";

export function generalHelp(commands: readonly Command[]): string {
  return [
    "segc compiles .seg descriptions of segmentation networks to ONNX, and proves their shapes for every input size.",
    "",
    "Usage: segc <command> [options] <spec or folder>...",
    "",
    "Commands:",
    table(commands.map(({ name, summary }) => [name, summary]), { indent: "  " }),
    "Try:",
    table(
      [
        ["segc compile fcn8s", "compiles the FCN-8s that comes with segc, to compiled/fcn8s.onnx"],
        ["segc check .", "checks every .seg file below this folder"],
        ["segc inspect unet --size 572", "parameters, cost, receptive field, legal sizes"],
        ["segc help compile", "all about one command"],
      ],
      { indent: "  " },
    ),
    "A spec is a path to a .seg file, `-` for stdin, or the bare name of a network that comes with segc.",
    "Results go to stdout and talk to stderr. Exit status: 0 fine, 1 findings in a spec, 2 wrong usage or environment.",
    "",
  ].join("\n");
}

export function commandHelp(command: Command): string {
  const own = Object.keys(command.options).length > 0;
  return [
    command.summary,
    "",
    `Usage: segc ${command.name} ${own ? "[options] " : ""}${command.operands}`.trimEnd(),
    "",
    ...(command.doc === "" ? [] : [command.doc, ""]),
    ...(own ? ["Options:", optionTable(command.options)] : []),
    "Everywhere:",
    optionTable(common),
    "Examples:",
    table(command.examples.map(({ line, doc }) => [line, doc]), { indent: "  " }),
  ].join("\n");
}

const optionTable = (options: OptionSpecs): string =>
  table(
    Object.entries(options).map(([name, { short, value, doc }]) => [`${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`, doc]),
    { indent: "  " },
  );

/** The same as data, for `segc help --json`. */
export const helpJson = (commands: readonly Command[]): unknown => ({
  schema: 1,
  commands: commands.map(({ name, summary, operands, doc, options, examples }) => ({
    name, summary, operands, doc, examples,
    options: Object.entries({ ...options, ...common } as OptionSpecs).map(([option, { short, value, doc: text }]) => ({
      name: option, short: short ?? null, value: value ?? null, doc: text,
    })),
  })),
});
