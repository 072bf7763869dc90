/**
 * What a network is held to, as JSON: figures of checks by name, each with `min`, `max` or `equals`.
 *
 *     { "receptive_field.size.logits": { "equals": 204 }, "latency.median": { "max": 120 }, "coverage": { "status": "pass" } }
 */
import type { CheckResult, Status } from "./result.js";
import { brief } from "./result.js";

export interface Bound {
  readonly min?: number;
  readonly max?: number;
  readonly equals?: number;
  /** The worst that is accepted. */
  readonly status?: Status;
}

export type Thresholds = Readonly<Record<string, Bound>>;

/** Reads a file's text; gives what is wrong with it as text. */
export function readThresholds(text: string, checks: readonly string[]): Thresholds | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return `it is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) return "it must be an object: figure -> bounds";
  for (const [name, bound] of Object.entries(data)) {
    const check = checkOf(name);
    if (!checks.includes(check)) return `\`${name}\`: there is no check \`${check}\`; the checks are ${checks.join(", ")}`;
    // Bounds that say nothing would hold of anything.
    if (typeof bound !== "object" || bound === null || Array.isArray(bound) || Object.keys(bound).length === 0) return `\`${name}\` must have \`min\`, \`max\`, \`equals\` or \`status\``;
    for (const [key, value] of Object.entries(bound))
      if (key === "status" ? !["pass", "warning", "failure", "skipped"].includes(value as string) || name.includes(".") : !["min", "max", "equals"].includes(key) || typeof value !== "number" || !name.includes("."))
        return `\`${name}\`: \`${key}: ${JSON.stringify(value)}\` is no bound; a figure takes min, max and equals with numbers, a whole check takes status`;
  }
  return data as Thresholds;
}

/** The check that a figure belongs to: `latency` of `latency.median`. */
export const checkOf = (figure: string): string => figure.split(".")[0]!;

/** The result with what the thresholds make of it. */
export function holdTo(result: CheckResult, check: string, thresholds: Thresholds): CheckResult {
  const broken: string[] = [];
  for (const [name, bound] of Object.entries(thresholds)) {
    if (name === check) {
      const order: readonly Status[] = ["pass", "warning", "failure"];
      // Skipped is not better than anything: whoever asks for a pass wants to be told.
      if (bound.status !== undefined && (result.status === "skipped" ? bound.status !== "skipped" : order.indexOf(result.status) > order.indexOf(bound.status))) broken.push(`the threshold file wants ${bound.status}, it is ${result.status}${result.because ? ` (${result.because})` : ""}`);
      continue;
    }
    if (!name.startsWith(`${check}.`)) continue;
    const value = result.metrics?.[name.slice(check.length + 1)];
    if (value === undefined) broken.push(`the threshold file names ${name}, which was not measured${result.because ? `: ${result.because}` : ""}`);
    else if (!(value >= (bound.min ?? -Infinity) && value <= (bound.max ?? Infinity) && (bound.equals === undefined || value === bound.equals)))
      broken.push(`${name} is ${brief(value)}, and the threshold file wants ${[bound.equals === undefined ? [] : [`${bound.equals}`], bound.min === undefined ? [] : [`>= ${bound.min}`], bound.max === undefined ? [] : [`<= ${bound.max}`]].flat().join(" and ")}`);
  }
  return broken.length === 0 ? result : { ...result, status: "failure", details: [...broken, ...(result.details ?? [])] };
}
