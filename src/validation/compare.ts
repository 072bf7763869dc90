/** Networks side by side: what is derived of each, and how long one image takes. */
import { inspect } from "../analyses/inspect.js";
import type { CompiledModel } from "../compile.js";
import type { DeviceName } from "../runtime/device-messages.js";
import { type ProxyFigure, proxies, shown } from "./checks/proxies.js";
import { type LatencyFigures, latencyOf } from "./latency.js";
import { proxyScores } from "./proxies/index.js";
import { brief, count } from "./result.js";
import { Subject } from "./subject.js";

export interface Comparison {
  readonly name: string;
  readonly parameters: number;
  readonly size: readonly [number, number];
  readonly macs: number;
  /** Weights and the largest sum of activations, in bytes. */
  readonly memory: number;
  /** Of the first head, rows; undefined: the whole image. */
  readonly receptiveField: number | undefined;
  readonly outputStride: number | undefined;
  readonly alignment: string;
  /** Milliseconds. */
  readonly latency: LatencyFigures | undefined;
  /** Scores of the untrained network; empty where nothing is run. */
  readonly proxies: readonly ProxyFigure[];
  /** No other is at least as good in parameters, MACs and latency, and better in one. */
  readonly pareto: boolean;
}

export interface CompareOptions {
  readonly size?: { readonly height: number; readonly width: number } | undefined;
  readonly device: DeviceName | undefined;
  readonly signal?: AbortSignal;
}

export async function compareAll(models: readonly { readonly name: string; readonly model: CompiledModel }[], { size, device, signal }: CompareOptions): Promise<readonly Comparison[]> {
  const rows: Comparison[] = [];
  for (const { name, model } of models) {
    const subject = new Subject({ model, device: device ?? "cpu", size: size ?? { height: 256, width: 256 }, signal });
    try {
      const sizes = subject.comfortable() ?? subject.smallest!;
      const [, , height = 0, width = 0] = subject.imageShape(sizes);
      const facts = inspect({ network: model.network, analysis: model.analysis, sizes });
      const field = Object.values(facts.receptive_field)[0]?.size;
      const rowsSeen = Array.isArray(field) ? (field[0] as number | null) : (field as number | null | undefined);
      const timed = device === undefined ? undefined : await latencyOf(subject, device, sizes);
      const scores = device === undefined ? undefined : (await proxies.run(subject)).data;
      rows.push({
        name, proxies: (scores as readonly ProxyFigure[] | undefined) ?? [], parameters: facts.parameters.total, size: [height, width], macs: facts.macs, memory: 4 * (facts.parameters.total + facts.buffers) + facts.activation_bytes.peak,
        receptiveField: rowsSeen ?? undefined, outputStride: facts.output_stride ?? undefined,
        alignment: Object.entries(facts.alignment).map(([symbol, { formula }]) => `${symbol} = ${formula}`)[0] ?? "fixed",
        latency: timed, pareto: false,
      });
    } finally {
      subject.close();
    }
  }
  return rows.map((row) => ({ ...row, pareto: !rows.some((other) => other !== row && beats(other, row)) }));
}

function beats(a: Comparison, b: Comparison): boolean {
  const figures = ({ parameters, macs, latency: time }: Comparison): readonly number[] => [parameters, macs, ...(time ? [time.median] : [])];
  const [x, y] = [figures(a), figures(b)];
  return x.every((value, i) => value <= y[i]!) && x.some((value, i) => value < y[i]!);
}

export const comparisonRows = (rows: readonly Comparison[]): readonly (readonly [string, ...string[]])[] => [
  ["", ...rows.map(({ name, pareto }) => (pareto ? `${name} *` : name))],
  ["parameters", ...rows.map(({ parameters }) => count(parameters))],
  ["at", ...rows.map(({ size }) => size.join("x"))],
  ["MACs", ...rows.map(({ macs }) => count(macs))],
  ["memory", ...rows.map(({ memory }) => `${brief(memory / 2 ** 20)} MiB`)],
  ["receptive field", ...rows.map(({ receptiveField }) => (receptiveField === undefined ? "whole image" : String(receptiveField)))],
  ["output stride", ...rows.map(({ outputStride }) => String(outputStride ?? "none"))],
  ["lossless sizes", ...rows.map(({ alignment }) => alignment)],
  ...(rows.some(({ latency: time }) => time) ? [
    ["latency", ...rows.map(({ latency: time }) => (time ? `${brief(time.median)} ms` : "none"))] as [string, ...string[]],
    ["spread", ...rows.map(({ latency: time }) => (time ? `${brief(time.least)} to ${brief(time.most)}` : ""))] as [string, ...string[]],
    ...proxyScores.map(({ name, title }): [string, ...string[]] => [title, ...rows.map((row) => scored(row.proxies.find((one) => one.name === name)))]),
  ] : []),
];

/** Mean over seeds, and its spread. */
const scored = (figure: ProxyFigure | undefined): string => (figure?.mean === undefined ? "none" : `${shown(figure.mean)} (${brief(figure.spread!)})`);

export function comparisonText(rows: readonly Comparison[]): string {
  const cells = comparisonRows(rows);
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  ").trimEnd()).join("\n");
}

export const comparisonJson = (rows: readonly Comparison[]): unknown => ({
  schema: 1,
  networks: rows.map((row) => ({
    name: row.name, parameters: row.parameters, size: row.size, macs: row.macs, memory_bytes: row.memory, receptive_field: row.receptiveField ?? null, output_stride: row.outputStride ?? null,
    alignment: row.alignment, latency: row.latency ?? null, ...Object.fromEntries(proxyScores.flatMap(({ name }) => {
      const figure = row.proxies.find((one) => one.name === name);
      return [[name, figure?.mean ?? null], [`${name}_spread`, figure?.spread ?? null]];
    })), pareto: row.pareto,
  })),
});
