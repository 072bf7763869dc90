import type { CompiledModel } from "../../../compile.js";
import type { Checked } from "../../validate.js";
import type { Placed } from "../sample.js";

/** What a figure is drawn from besides its own check. */
export interface Scene {
  readonly model: CompiledModel;
  readonly sample: Placed | undefined;
  /** What another check handed over; undefined where it did not run or was skipped. */
  readonly dataOf: (check: string) => unknown;
}

/** The pictures of a check as HTML; empty where there is nothing to draw. */
export type Figure = (checked: Checked, scene: Scene) => string;
