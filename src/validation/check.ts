import type { CheckResult } from "./result.js";
import type { Subject } from "./subject.js";

/** One file each in checks/, and a line in checks/index.ts. */
export interface Check {
  readonly name: string;
  /** One line: what it finds out. */
  readonly title: string;
  /** How it measures, what a finding means, and what to do then: the page of `segc explain`. */
  readonly page: string;
  readonly run: (subject: Subject) => Promise<CheckResult>;
}
