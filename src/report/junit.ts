/** JUnit's XML: a suite a file, a failed case a problem; a file without problems is one case that passes. */
import { type Finding, type Report, findings, fullMessage, regionOf } from "./report.js";

/** Control characters that XML 1.0 has no way to write. */
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;" };
const attribute = (text: string): string => text.replace(unwritable, "\ufffd").replace(/[&<>"\n\r\t]/g, (mark) => marks[mark]!);
const content = (text: string): string => text.replace(unwritable, "\ufffd").replace(/[&<>]/g, (mark) => marks[mark]!);

export function junit(report: Report): string {
  const found = findings(report);
  const files = [...new Set([...report.files, ...found.map(({ place }) => place.file.path)])];
  const suites = files.map((path) => suite(path, found.filter(({ place }) => place.file.path === path)));
  const count = (of: "tests" | "failures"): number => suites.reduce((sum, one) => sum + one[of], 0);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="segc" tests="${count("tests")}" failures="${count("failures")}" errors="0">\n${suites.map(({ xml }) => xml).join("")}</testsuites>\n`;
}

function suite(path: string, found: readonly Finding[]): { readonly tests: number; readonly failures: number; readonly xml: string } {
  const failures = found.filter(({ problem }) => problem.severity !== "info").length;
  const tests = Math.max(1, found.length);
  const cases = found.length === 0 ? `    <testcase classname="${attribute(path)}" name="segc check"/>\n` : found.map((one) => testcase(path, one)).join("");
  return { tests, failures, xml: `  <testsuite name="${attribute(path)}" tests="${tests}" failures="${failures}" errors="0" skipped="0">\n${cases}  </testsuite>\n` };
}

function testcase(path: string, { problem, place }: Finding): string {
  const { line, column } = regionOf(place);
  const open = `    <testcase classname="${attribute(path)}" name="${attribute(`${problem.code} (${line}:${column})`)}"`;
  const told = content(`${path}:${line}:${column}: ${fullMessage(problem)}`);
  return problem.severity === "info"
    ? `${open}>\n      <system-out>${told}</system-out>\n    </testcase>\n`
    : `${open}>\n      <failure type="${problem.severity}" message="${attribute(problem.message)}">${told}</failure>\n    </testcase>\n`;
}
