import { parseBytes } from "../../lint/bytes.js";
import { type ExitCode, type Given, defineCommand } from "../command.js";
import { BadValue, type Option, choice, flag, integer, modelOptions, specOptions, text } from "../options.js";

/** Codes or stages, with commas or repeated. */
const codes = (doc: string): Option<readonly string[]> => ({
  value: "CODE,...",
  doc,
  read: (given) => given.flatMap((one) => one.split(",")).map((one) => one.trim()).filter((one) => one !== ""),
});

const memory: Option<number | undefined> = {
  value: "SIZE",
  doc: "most bytes of one tensor or weight, as in 512MiB",
  read: (given) => {
    const last = given.at(-1);
    if (last === undefined) return undefined;
    const bytes = parseBytes(last);
    if (bytes === undefined) throw new BadValue(`\`${last}\` is no amount of memory: write 512MiB or 2GB`);
    return bytes;
  },
};

const options = {
  ...modelOptions,
  ...specOptions,
  format: choice(["pretty", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson"], "how problems are written (default pretty)"),
  "output-file": text("FILE", "write the problems there instead of to stdout"),
  "max-warnings": integer("N", "status 1 when there are more warnings", { min: 0, max: 1_000_000 }),
  "exit-zero": flag("status 0 whatever is found"),
  select: codes("only warnings of these codes or stages: lint, lint/off-grid; errors stay"),
  ignore: codes("no warnings of these codes or stages"),
  target: choice(["webgpu", "cuda"], "name operators that will not stay on this device"),
  memory,
  object: integer("PX", "side of the largest objects: heads must see as much", { min: 1, max: 1_000_000 }),
  fix: flag("apply the fixes that leave every network as it is, and those of errors"),
  unsafe: flag("with --fix: also those that change a network"),
  config: text("FILE", "settings; default: the nearest segc.config.json"),
  watch: flag("check again whenever a file changes"),
} as const;

export type CheckGiven = Given<typeof options>;

export const checkCommand = defineCommand({
  name: "check",
  summary: "Checks specs: syntax, names, shapes for all input sizes, expectations, lints",
  operands: "SPEC|FOLDER...",
  atLeast: 1,
  atMost: Infinity,
  doc: "Prints every problem of every file. Status 1 when there are errors, or more warnings than --max-warnings.\nSeverities by code and by folder come from segc.config.json (docs/ci.md).",
  options,
  examples: [
    { line: "segc check specs/", doc: "every .seg file below a folder" },
    { line: "segc check net.seg --size 512x640", doc: "does it fit this size? if not: which sizes do, and which line is at fault" },
    { line: "segc check net.seg --set classes=19", doc: "with another value of a parameter" },
    { line: "segc check . --format concise --max-warnings 0", doc: "for CI" },
    { line: "segc check . --format sarif --output-file segc.sarif", doc: "for GitHub code scanning; gitlab, junit and rdjson likewise" },
    { line: "segc check net.seg --target webgpu --memory 256MiB", doc: "will it run there?" },
    { line: "segc check specs/ --fix", doc: "repair what can be repaired without changing a network" },
    { line: "segc check - --stdin-filename specs/net.seg", doc: "for editors: the text comes on stdin" },
  ],
  async run(given): Promise<ExitCode> {
    const { checkSpecs } = await import("../check-specs.js");
    if (!given.options.watch) return checkSpecs(given);
    return (await import("../watch.js")).watch(given);
  },
});
