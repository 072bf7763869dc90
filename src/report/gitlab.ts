/** GitLab's Code Quality report: a list of what the merge request shows. */
import type { Severity } from "../diagnostics/diagnostic.js";
import { type Report, findings, fullMessage, regionOf } from "./report.js";

const severities: Readonly<Record<Severity, string>> = { error: "major", warning: "minor", info: "info" };

export const gitlab = (report: Report): string =>
  `${JSON.stringify(
    findings(report).map(({ problem, place, fingerprint }) => {
      const { line, endLine } = regionOf(place);
      return {
        description: fullMessage(problem),
        check_name: problem.code,
        fingerprint,
        severity: severities[problem.severity],
        location: { path: place.file.path.replace(/^\.\//, ""), lines: { begin: line, end: endLine } },
      };
    }),
    null, 2,
  )}\n`;
