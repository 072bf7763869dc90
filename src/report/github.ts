/** Workflow commands of GitHub Actions: one line a problem, shown beside the changed line. */
import type { Severity } from "../diagnostics/diagnostic.js";
import { type Report, findings, fullMessage, regionOf } from "./report.js";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

const data = (text: string): string => text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
const property = (text: string): string => data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");

export const github = (report: Report): string =>
  findings(report)
    .map(({ problem, place }) => {
      const { line, column, endLine, endColumn } = regionOf(place);
      const properties = {
        file: place.file.path, line, endLine,
        // Columns are taken on one line only, the last one included.
        ...(line === endLine ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {}),
        title: `segc ${problem.code}`,
      };
      return `::${commands[problem.severity]} ${Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`).join(",")}::${data(fullMessage(problem))}\n`;
    })
    .join("");
