import type { CheckResult } from "./result.js";
import type { Subject } from "./subject.js";

/** One file each in checks/, and a line in checks/index.ts. */
export interface Check {
  readonly name: string;
  /** One line: what it finds out. */
  readonly title: string;
  /** How it is measured. With the next two, the page of `segc explain`. */
  readonly measures: string;
  /** When it warns and when it fails. */
  readonly threshold: string;
  /** What a finding means, and what to do then. */
  readonly remedy: string;
  readonly run: (subject: Subject) => Promise<CheckResult>;
}
