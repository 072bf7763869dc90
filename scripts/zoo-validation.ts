/** What the checks said of each network of specs/, as a page. */
import type { Status } from "../src/validation/result.js";

export const resultsPath = "docs/zoo/validation.json";

export interface CheckOutcome {
  readonly status: Status;
  readonly because?: string;
  readonly details?: readonly string[];
}

/** By network. */
export type ZooResults = Readonly<Record<string, {
  /** Parameters other than the defaults. */
  readonly set: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<string, CheckOutcome>>;
}>>;

const narrowVgg = { width: "16", hidden: "256" };

/** Networks that are too heavy as they are published, with parameters that keep their structure. */
export const narrow: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fcn8s: narrowVgg, fcn8s_atonce: narrowVgg, fcn16s: narrowVgg, fcn32s: narrowVgg, patch_classifier: narrowVgg,
  danet: { depth: "50" }, refinenet_light: { depth: "50" },
};

/** Those that take minutes, last. */
export const heavy: readonly string[] = ["gcn", "dilated_frontend", "dilated_context"];
