/** What the checks said of each network of specs/, as a page. */
import type { Status } from "../src/validation/result.js";

export const resultsPath = "docs/zoo/validation.json";

/** By network. */
export type ZooResults = Readonly<Record<string, {
  /** Parameters other than the defaults. */
  readonly set: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<string, { readonly status: Status; readonly figure?: string; readonly because?: string; readonly details?: readonly string[] }>>;
}>>;

/** Networks that are too heavy as they are published, with parameters that keep their structure. */
export const narrow: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
