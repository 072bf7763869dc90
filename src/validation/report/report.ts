/** The report of `segc validate`: one file that can be mailed, printed, and kept. */
import { type Inspection, inspect } from "../../analyses/inspect.js";
import type { CompiledModel } from "../../compile.js";
import { firstSentence } from "../../diagram/text-width.js";
import { shapeOf } from "../../network/network.js";
import { evaluateShape } from "../../tensor/index.js";
import { version } from "../../version.js";
import { checkNamed } from "../checks/index.js";
import { brief, count, type Status, worst } from "../result.js";
import type { Checked } from "../validate.js";
import { drawing } from "./drawing.js";
import type { Scene } from "./figures/figure.js";
import { figures } from "./figures/index.js";
import { escape, prose, sentence, times } from "./html.js";
import { page } from "./page.js";
import { photo, place, type Sample } from "./sample.js";

export interface ReportInput {
  readonly model: CompiledModel;
  readonly results: readonly Checked[];
  readonly device: string;
  readonly why: string;
  /** Path of the spec, as it is shown. */
  readonly spec: string;
  /** Without one nothing is drawn over an image. */
  readonly sample?: Sample | undefined;
  /** Height and width that the user asked for. */
  readonly size?: { readonly height: number; readonly width: number } | undefined;
}

export function htmlReport({ model, results, device, why, spec, sample, size }: ReportInput): string {
  const { name, doc, settings } = model.network;
  const placed = sample && place(sample, model, size);
  const scene: Scene = { model, sample: placed, dataOf: (check) => results.find((one) => one.check === check)?.data };
  const chosen = [...settings].map(([setting, value]) => `${setting} = ${value}`).join(", ");
  return page(`${name}: segc validate`, `<header><p class="over">segc validate</p><h1>${escape(name)}</h1>
${doc === "" ? "" : `<p class="lead">${escape(firstSentence(doc))}</p>`}
<p class="soft small"><code>${escape(spec)}</code>${chosen === "" ? "" : ` with ${escape(chosen)}`}. Untrained, with initial weights, on ${escape(device)} (${prose(why)}).</p></header>
${facts(model)}
${verdict(results)}
<section class="card" id="network" aria-label="diagram">${drawing(model)}</section>
${sample && placed ? photo(sample, placed) : ""}
${results.map((one) => section(one, scene)).join("\n")}
<footer>segc ${version}. Nothing here was trained: these figures say what a network can and cannot do, not how good it will be.</footer>`);
}

function facts(model: CompiledModel): string {
  const found = inspect(model);
  const [, , ...at] = evaluateShape(shapeOf(model.network, model.network.inputs[0]!.value), found.cost_at);
  const field = Object.values(found.receptive_field)[0]?.size;
  const whole = field === null || field === undefined;
  const sides = Array.isArray(field) ? field : [field, field];
  const entry = (name: string, value: string, more = ""): string => `<div><dt>${name}</dt><dd>${escape(value)}${more === "" ? "" : `<small>${escape(more)}</small>`}</dd></div>`;
  return `<dl class="facts">${[
    entry("Parameters", count(found.parameters.total), `${found.conv_layers} convolutions`),
    entry("Multiply-accumulates", count(found.macs), `at ${times(at)}`),
    entry("Activations", `${brief(found.activation_bytes.peak / 2 ** 20)} MiB`, "the most at one time"),
    entry("Receptive field", whole ? "whole image" : times(sides.map((side) => side ?? "all")), whole ? "" : "pixels"),
    entry("Output stride", found.output_stride === null ? "none" : String(found.output_stride), "of the coarsest map"),
    ...losslessSizes(found.alignment).map(([size, more]) => entry("Lossless sizes", size, more)),
  ].join("")}</dl>`;
}

/** `16k + 124`, and for which k and sides; one for all sides where they are alike. */
function losslessSizes(alignment: Inspection["alignment"]): readonly (readonly [size: string, more: string])[] {
  const sides = Object.entries(alignment);
  return [...new Set(sides.map(([, { formula }]) => formula))].map((formula) => {
    const [size = "", ...bounds] = formula.replace(/^any size (?=>=)/, "any size, ").split(", ");
    const symbols = sides.filter(([, own]) => own.formula === formula).map(([symbol]) => symbol).join(" and ");
    return [size, [...bounds.map((bound) => bound.replace(">=", "\u2265")), `for ${symbols}`].join(", ")] as const;
  });
}

const signs: Readonly<Record<Status, string>> = { pass: "\u2713", warning: "!", failure: "\u2715", skipped: "\u2013" };
const words: Readonly<Record<Status, readonly [one: string, many: string]>> = { pass: ["passed", "passed"], warning: ["warning", "warnings"], failure: ["failure", "failures"], skipped: ["skipped", "skipped"] };

const sign = (status: Status): string => `<span class="sign" role="img" aria-label="${status}">${signs[status]}</span>`;

function verdict(results: readonly Checked[]): string {
  const tally = (Object.keys(signs) as Status[]).flatMap((status) => {
    const number = results.filter((one) => one.status === status).length;
    return number === 0 ? [] : [`${number} ${words[status][number === 1 ? 0 : 1]}`];
  });
  const found = results.filter(({ status }) => status === "failure" || status === "warning").toSorted((a, b) => Number(b.status === "failure") - Number(a.status === "failure"));
  const overall = worst(results.map(({ status }) => status));
  return `<section id="verdict" aria-label="verdict"><p class="verdict ${overall}">${sign(overall)}${tally.join(", ")}</p>
<ul class="strip">${results.map(({ check, status, title }) => `<li><a class="${status}" href="#${escape(check)}" title="${escape(title)}">${sign(status)}${escape(check.replaceAll("_", " "))}</a></li>`).join("")}</ul>
${found.length === 0 ? "" : `<div class="card look ${overall}"><h2>What to look at</h2><ul>${found.map(({ check, status, because, figure, details = [] }) => `<li class="${status}">${sign(status)}<span><b>${escape(check.replaceAll("_", " "))}</b>: ${prose(because ?? details[0] ?? figure)}</span></li>`).join("")}</ul></div>`}</section>`;
}

function section(checked: Checked, scene: Scene): string {
  const { check, title, status, figure, threshold, because, details = [], seconds } = checked;
  const head = `<header>${sign(status)}<div><h2>${prose(sentence(title))}</h2><p><code>${escape(check)}</code>${status === "skipped" ? `: skipped, ${prose(because ?? "")}` : `, ${seconds.toFixed(1)} s`}</p></div></header>`;
  if (status === "skipped") return `<section class="card skipped" id="${escape(check)}">${head}${figures[check]?.(checked, scene) ?? ""}</section>`;
  const more = [...(because === undefined ? [] : [because]), ...details];
  return `<section class="card ${status}" id="${escape(check)}">${head}
<dl class="measured"><dt>Measured</dt><dd>${parts(figure)}</dd>${threshold === "" || threshold === "none" ? "" : `<dt>Threshold</dt><dd>${prose(threshold)}</dd>`}${more.length === 0 ? "" : `<dt>Notes</dt><dd>${more.length === 1 ? prose(more[0]!) : `<ul>${more.map((one) => `<li>${prose(one)}</li>`).join("")}</ul>`}</dd>`}</dl>
${figures[check]?.(checked, scene) ?? ""}
${method(check)}</section>`;
}

/** Parts of a figure stand under each other. */
const parts = (figure: string): string => figure.split("; ").map(prose).join("<br>");

function method(check: string): string {
  const known = checkNamed.get(check);
  return known === undefined ? "" : `<details><summary>How it is measured, and what a finding means</summary>${[known.measures, known.threshold, known.remedy].map((text) => `<p>${prose(text)}</p>`).join("")}</details>`;
}
