/** The forms for pipelines; text for people and segc's own JSON are made where they are printed. A new one is its file and a line here. */
import { github } from "./github.js";
import { gitlab } from "./gitlab.js";
import { junit } from "./junit.js";
import { rdjson } from "./rdjson.js";
import type { Report } from "./report.js";
import { sarif } from "./sarif.js";

export const reporters = { sarif, github, gitlab, junit, rdjson } satisfies Readonly<Record<string, (report: Report) => string>>;
export { findings, type Report } from "./report.js";
