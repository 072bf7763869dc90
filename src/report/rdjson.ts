/** Reviewdog's diagnostic format. Its columns count bytes of UTF-8. */
import type { Severity } from "../diagnostics/diagnostic.js";
import type { Place } from "../source/source.js";
import { type Report, byteRegionOf, findings, fullMessage } from "./report.js";

const severities: Readonly<Record<Severity, string>> = { error: "ERROR", warning: "WARNING", info: "INFO" };

function range(place: Place) {
  const { line, column, endLine, endColumn } = byteRegionOf(place);
  return { start: { line, column }, end: { line: endLine, column: endColumn } };
}

export const rdjson = (report: Report): string =>
  `${JSON.stringify({
    source: { name: "segc" },
    diagnostics: findings(report).map(({ problem, place }) => {
      const edits = problem.fix?.edits ?? [];
      // Suggestions apply to the file of the problem.
      const here = edits.length > 0 && edits.every((edit) => edit.place.file.path === place.file.path);
      return {
        message: fullMessage(problem),
        location: { path: place.file.path, range: range(place) },
        severity: severities[problem.severity],
        code: { value: problem.code },
        ...(here ? { suggestions: edits.map((edit) => ({ range: range(edit.place), text: edit.text })) } : {}),
      };
    }),
  }, null, 2)}\n`;
