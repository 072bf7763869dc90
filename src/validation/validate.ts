/** Runs checks over a network, one after the other; what the runtime refuses is a finding of that check, and the others go on. */
import { RuntimeMissing, RuntimeProblem } from "../runtime/runtime-problem.js";
import { specLine } from "../runtime/spec-line.js";
import type { Check } from "./check.js";
import { checks as all } from "./checks/index.js";
import type { CheckResult } from "./result.js";
import { Subject, type SubjectOptions } from "./subject.js";
import { type Thresholds, holdTo } from "./thresholds.js";

export interface Checked extends CheckResult {
  readonly check: string;
  readonly title: string;
  readonly seconds: number;
}

export interface ValidateOptions extends SubjectOptions {
  readonly checks?: readonly Check[];
  readonly thresholds?: Thresholds;
  /** After each check. */
  readonly onChecked?: (checked: Checked) => void;
}

export async function validate(options: ValidateOptions): Promise<readonly Checked[]> {
  const subject = new Subject(options);
  const results: Checked[] = [];
  try {
    for (const check of options.checks ?? all) {
      subject.say(check.name);
      const begun = performance.now();
      const result = holdTo(await runOne(check, subject), check.name, options.thresholds ?? {});
      const checked = { check: check.name, title: check.title, seconds: (performance.now() - begun) / 1000, ...result };
      results.push(checked);
      options.onChecked?.(checked);
    }
  } finally {
    subject.close();
  }
  return results;
}

async function runOne(check: Check, subject: Subject): Promise<CheckResult> {
  try {
    return await check.run(subject);
  } catch (error) {
    if (error instanceof RuntimeMissing || !(error instanceof RuntimeProblem) || error.kind === "cancelled") throw error;
    const line = specLine(subject.onnx, error.node);
    return { status: "failure", figure: error.message, threshold: "it runs", ...(line === undefined ? {} : { because: `at ${line}` }) };
  }
}
