import { type DeviceName, deviceNames } from "../../runtime/device-messages.js";
import type { Provider } from "../../runtime/providers.js";
import type { Check } from "../../validation/check.js";
import type { Sample } from "../../validation/report/sample.js";
import type { Thresholds } from "../../validation/thresholds.js";
import type { Checked } from "../../validation/validate.js";
import { type ExitCode, defineCommand } from "../command.js";
import { Failure, withoutRuntime } from "../failure.js";
import { choice, integer, modelOptions, seed, specOptions, text } from "../options.js";
import { stoppable } from "../stoppable.js";
import type { Terminal } from "../terminal.js";

const { set, size, model, "max-nodes": maxNodes } = modelOptions;

export const runDevice = choice(["auto", ...deviceNames], "where to run (default auto: the fastest that works)");

export const validateCommand = defineCommand({
  name: "validate",
  summary: "Runs a network, untrained, and checks what training would waste days on",
  operands: "SPEC",
  atLeast: 1,
  atMost: 1,
  doc: [
    "Checks, in this order: shapes, receptive_field, coverage, geometry, shift, seams, numerics, loss, upsampling, devices,",
    "repeatability, latency, memory, proxies. Each passes, warns, fails, or says why it was skipped (`segc explain shapes`).",
    "The status is 1 when a check fails. Needs onnxruntime-node; everything runs in a child process.",
  ].join("\n"),
  options: {
    set,
    size,
    model,
    "max-nodes": maxNodes,
    ...specOptions,
    checks: text("A,B", "only these checks"),
    device: runDevice,
    threshold: text("FILE", "JSON with bounds for figures: `{\"latency.median\": {\"max\": 120}}`"),
    html: text("FILE", "write a report: one file that loads nothing"),
    image: text("FILE", "what the report draws the receptive field over, instead of a sample: PNG, JPEG, PGM or PPM"),
    "tile-stride": integer("N", "pixels between tiles in `seams`, instead of the derived distance", { min: 1, max: 1_000_000 }),
    threads: integer("N", "threads inside an operator (default: ONNX Runtime chooses)", { min: 1, max: 1024 }),
    seed,
  },
  examples: [
    { line: "segc validate unet --set base=8", doc: "every check, on a narrow U-Net" },
    { line: "segc validate net.seg --checks receptive_field,seams", doc: "two of them" },
    { line: "segc validate net.seg --threshold limits.json --json", doc: "for CI" },
    { line: "segc validate net.seg --html report.html --image photo.jpg", doc: "to look at" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const core = await import("../core.js");
    const { validate } = await import("../../validation/validate.js");
    const { worst } = await import("../../validation/result.js");
    const spec = core.findSpec(operands[0]!, options);
    const chosen = await chosenChecks(options.checks);
    const thresholds = options.threshold === undefined ? {} : await thresholdsFor(chosen, options.threshold);
    if (options.image !== undefined && options.html === undefined) throw new Failure("--image is for the report", "name the report: --html report.html");
    const sample = options.html === undefined ? undefined : await sampleImage(options.image);

    const request = core.compileOptions({ ...options, size: undefined, batch: undefined, "with-loss": false }, spec);
    const { problems, model: compiled } = core.compile(spec.file, request);
    // The size is checked against the legal set before anything runs.
    const sized = compiled && options.size ? core.check(spec.file, { ...request, size: options.size }).problems : problems;
    core.complainOf(sized, spec, terminal);
    if (compiled === undefined || sized.some(({ severity }) => severity === "error")) {
      if (options.json) terminal.out(core.problemsJson(sized, spec));
      return 1;
    }
    const withLoss = core.compile(spec.file, { ...request, withLoss: true }).model;
    const { providers, device, why } = await deviceOf(options.device ?? "auto", terminal, chosen.some(({ name }) => name === "devices"));
    terminal.say(`${compiled.network.name} on ${device}: ${why}`);

    const progress = terminal.progress("checking");
    let number = 1;
    const colour = terminal.colour.out;
    return stoppable(async (signal): Promise<ExitCode> => {
      const results = await validate({
        model: compiled, withLoss: withLoss?.network.outputs.some(({ role }) => role === "loss") ? withLoss : undefined,
        device, providers, thresholds, checks: chosen, size: options.size, seed: options.seed ?? 0, tileStride: options["tile-stride"], threads: options.threads, signal, pictures: sample !== undefined,
        onProgress: (what) => progress.note(`${number} of ${chosen.length}: ${what}`),
        onChecked: (checked) => {
          number++;
          progress.end();
          if (!options.json) terminal.out(rowOf(checked, colour));
        },
      });
      const status = worst(results.map((one) => one.status));
      const about = { schema: 1, model: compiled.network.name, spec: spec.file.path, settings: Object.fromEntries(compiled.network.settings), device, status };
      if (options.json) terminal.out(JSON.stringify({ ...about, checks: results.map(resultJson) }, null, 2));
      else terminal.out(`\n${compiled.network.name}: ${countsOf(results)}`);
      if (options.html !== undefined) {
        const { htmlReport } = await import("../../validation/report/report.js");
        const { writeText } = await import("../write-output.js");
        const path = (await import("node:path")).resolve(options.html);
        await writeText(path, htmlReport({ model: compiled, results, device, why, spec: spec.file.path, sample, size: options.size }));
        terminal.say(`wrote ${core.shownPath(path)}`);
      }
      return status === "failure" ? 1 : 0;
    }).finally(progress.end);
  },
});

/** All, or those that are named. */
async function chosenChecks(asked: string | undefined): Promise<readonly Check[]> {
  const { checks, checkNamed } = await import("../../validation/checks/index.js");
  if (asked === undefined) return checks;
  const known = `the checks are ${checks.map((one) => one.name).join(", ")}`;
  const names = asked.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0) throw new Failure("--checks names no check", known);
  return names.map((name) => {
    const check = checkNamed.get(name);
    if (check === undefined) throw new Failure(`there is no check \`${name}\``, known);
    return check;
  });
}

/** The bounds of a file, all of which must be about checks that run. */
async function thresholdsFor(chosen: readonly Check[], file: string): Promise<Thresholds> {
  const [{ checks }, { checkOf, readThresholds }, { readText }, { resolve }] = await Promise.all([
    import("../../validation/checks/index.js"), import("../../validation/thresholds.js"), import("../project.js"), import("node:path"),
  ]);
  const thresholds = readThresholds(readText(resolve(file)), checks.map((one) => one.name));
  if (typeof thresholds === "string") throw new Failure(`${file}: ${thresholds}`);
  // A bound that nothing is measured for would hold without anybody having looked.
  const unjudged = Object.keys(thresholds).find((name) => !chosen.some((check) => check.name === checkOf(name)));
  if (unjudged !== undefined) throw new Failure(`${file} bounds \`${unjudged}\`, and --checks leaves out \`${checkOf(unjudged)}\``, `add it to --checks, or take \`${unjudged}\` out of the file`);
  return thresholds;
}

const resultJson = ({ check, title, status, figure, threshold, because, details, metrics, seconds }: Checked): object => ({
  check, title, status, figure, threshold, because: because ?? null, details: details ?? [], metrics: metrics ?? {}, seconds: Math.round(seconds * 1000) / 1000,
});

const countsOf = (results: readonly Checked[]): string =>
  (["pass", "warning", "failure", "skipped"] as const).map((one) => `${results.filter(({ status }) => status === one).length} ${one === "pass" ? "passed" : one}`).join(", ");

/** The user's image, or the one that comes with segc. */
async function sampleImage(asked: string | undefined): Promise<Sample> {
  const { basename, join, resolve } = await import("node:path");
  const { loadImage } = await import("../image-input.js");
  const { packageFolder } = await import("../find-spec.js");
  const path = asked === undefined ? join(packageFolder(), "examples/street.png") : resolve(asked);
  return { image: await loadImage(path), name: basename(path) };
}

/** What the user asks for, or the fastest that works; `all`: the others are wanted too. */
export async function deviceOf(asked: "auto" | DeviceName, terminal: Terminal, all: boolean): Promise<{ readonly device: DeviceName; readonly why: string; readonly providers: readonly Provider[] }> {
  const { chooseDevice, tryProviders } = await import("../../runtime/providers.js");
  const { RuntimeMissing } = await import("../../runtime/runtime-problem.js");
  const providers = await tryProviders(asked === "auto" || all ? undefined : [asked]).catch((error: unknown) => {
    if (error instanceof RuntimeMissing) throw withoutRuntime(error);
    throw error;
  });
  if (asked === "auto") {
    const { device, why } = chooseDevice(providers);
    return { device, why, providers };
  }
  const found = providers.find(({ name }) => name === asked)!;
  if (!found.available) throw new Failure(`${asked} does not work here: ${found.says}`, found.help[0], found.raw);
  if (found.software) terminal.say(`${asked} is software here (SwiftShader): figures of time say nothing about a GPU`);
  return { device: asked, why: "you asked for it", providers };
}

const marks = { pass: "pass   ", warning: "warning", failure: "FAILURE", skipped: "skipped" } as const;
const colours = { pass: 32, warning: 33, failure: 31, skipped: 90 } as const;

function rowOf({ check, status, figure, because, details = [] }: Checked, colour: boolean): string {
  const mark = colour ? `\u001b[${colours[status]}m${marks[status]}\u001b[0m` : marks[status];
  const head = `${mark}  ${check.padEnd(15)}  ${status === "skipped" ? because : figure}`;
  const more = [...(because && status !== "skipped" && status !== "pass" ? [because] : []), ...details];
  return [head, ...more.map((line) => `${" ".repeat(26)}${line}`)].join("\n");
}
