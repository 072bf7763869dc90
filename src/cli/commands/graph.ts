import { resolve } from "node:path";
import { pickModel } from "../checked-model.js";
import { type ExitCode, defineCommand } from "../command.js";
import { choice, flag, modelOptions, out, specOptions } from "../options.js";

export const graphCommand = defineCommand({
  name: "graph",
  summary: "Draws a network as the papers do: encoder falling, decoder rising, skips across",
  operands: "SPEC",
  atLeast: 1,
  atMost: 1,
  doc: [
    "A block's height is its resolution (log scale), its width the channels, its colour the role that the spec gives it.",
    "A box is a stage: a scope such as `layer3`, or layers of one resolution and role; --detail draws single layers, equal blocks in a row once. With --size boxes tell their sizes.",
  ].join("\n"),
  options: {
    out: out("file to write (default stdout); its extension chooses the format: .svg, .dot or .gv, .mmd"),
    format: choice(["svg", "dot", "mermaid"], "SVG picture (default), Graphviz or Mermaid text"),
    detail: flag("a box for each layer"),
    ...modelOptions,
    ...specOptions,
  },
  examples: [
    { line: "segc graph unet --out unet.svg", doc: "the picture of the paper" },
    { line: "segc graph net.seg --size 512x1024 --detail --out net.svg", doc: "every layer, with sizes" },
    { line: "segc graph net.seg --format mermaid", doc: "for a README" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const { shownPath } = await import("../core.js");
    const { model, failed, tellProblems } = await pickModel(operands[0]!, options, "draw", terminal);
    // What is broken has holes, which a picture would hide.
    if (model === undefined || failed) {
      tellProblems();
      return 1;
    }
    const [{ diagramOf }, { svg }, { dot, mermaid }] = await Promise.all([import("../../diagram/build.js"), import("../../diagram/svg.js"), import("../../diagram/text-formats.js")]);
    const diagram = diagramOf(model, { detail: options.detail });
    const format = options.format ?? formatOf(options.out);
    const text = { svg, dot, mermaid }[format](diagram);
    const file = options.out === undefined || options.out === "-" ? undefined : resolve(options.out);
    if (file !== undefined) {
      const { writeText } = await import("../write-output.js");
      await writeText(file, text);
    }
    if (options.json) {
      const { boxes, links, sizes } = diagram;
      terminal.out(JSON.stringify({
        schema: 1, model: diagram.name, format, file: file === undefined ? null : shownPath(file), sizes,
        boxes: boxes.map(({ id, kind, name, role, level, channels, size, note, paths, outputs }) => ({
          id, kind, name, role: role ?? null, stride: level === undefined ? null : 2 ** level, channels, size: size ?? null, note, layers: paths, outputs,
        })),
        links,
        ...(file === undefined ? { text } : {}),
      }, null, 2));
    } else terminal.out(file === undefined ? text : shownPath(file));
    return 0;
  },
});

const formatOf = (path: string | undefined): "svg" | "dot" | "mermaid" =>
  path === undefined ? "svg" : /\.(dot|gv)$/i.test(path) ? "dot" : /\.(mmd|mermaid)$/i.test(path) ? "mermaid" : "svg";
