/** SARIF 2.1.0 (OASIS), as GitHub code scanning and editors read it. */
import type { Diagnostic, Severity } from "../diagnostics/diagnostic.js";
import type { Edit } from "../diagnostics/problem.js";
import type { Place } from "../source/source.js";
import { type Finding, type Report, findings, fullMessage, regionOf } from "./report.js";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

export function sarif(report: Report): string {
  const found = findings(report);
  const codes = [...new Set(found.map(({ problem }) => problem.code))].sort();
  return `${JSON.stringify({
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: { driver: { name: "segc", version: report.version, semanticVersion: report.version, rules: codes.map((code) => rule(code, report.entries.get(code))) } },
      columnKind: "utf16CodeUnits",
      invocations: [{ executionSuccessful: true }],
      artifacts: report.files.map((path) => ({ location: artifact(path) })),
      results: found.map((finding) => result(finding, codes, report)),
    }],
  }, null, 2)}\n`;
}

function rule(code: string, entry: Diagnostic | undefined): unknown {
  const name = code.replace(/(?:^|[/-])(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (entry === undefined) return { id: code, name };
  const help = [entry.why, ...(entry.help === "" ? [] : [`What to do: ${entry.help}.`])];
  return {
    id: code,
    name,
    shortDescription: { text: entry.message },
    fullDescription: { text: entry.why },
    help: { text: help.join("\n\n"), markdown: [...help, `Reported for:\n\n\`\`\`seg\n${entry.bad}\`\`\``, `Not reported for:\n\n\`\`\`seg\n${entry.good}\`\`\``].join("\n\n") },
    defaultConfiguration: { level: levels[entry.severity] },
    properties: { tags: [code.split("/")[0]] },
  };
}

function result({ problem, place, fingerprint }: Finding, codes: readonly string[], report: Report): unknown {
  const elsewhere = place === problem.place ? [] : [{ place: problem.place, text: problem.label ?? "found here" }];
  const related = [...elsewhere, ...problem.labels, ...problem.trace.map((frame) => ({ place: frame.place, text: `in ${frame.what}, called here` }))]
    .filter((one) => report.isOwn(one.place.file.path));
  const edits = problem.fix?.edits ?? [];
  return {
    ruleId: problem.code,
    ruleIndex: codes.indexOf(problem.code),
    level: levels[problem.severity],
    message: { text: fullMessage(problem) },
    locations: [location(place)],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((one, id) => ({ id, ...location(one.place), message: { text: one.text === "" ? "here" : one.text } })) }),
    partialFingerprints: { "segc/v1": fingerprint },
    ...(edits.length === 0 || !edits.every((edit) => report.isOwn(edit.place.file.path)) ? {} : { fixes: [{ description: { text: problem.fix!.title }, artifactChanges: changes(edits) }] }),
  };
}

const artifact = (path: string) => ({ uri: path.split("/").map(encodeURIComponent).join("/").replace(/^([A-Za-z])%3A\//, "file:///$1:/").replace(/^\//, "file:///") });

const location = (place: Place) => ({ physicalLocation: { artifactLocation: artifact(place.file.path), region: region(place) } });

function region(place: Place) {
  const { line, column, endLine, endColumn } = regionOf(place);
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function changes(edits: readonly Edit[]): unknown {
  const paths = [...new Set(edits.map((edit) => edit.place.file.path))];
  return paths.map((path) => ({
    artifactLocation: artifact(path),
    replacements: edits.filter((edit) => edit.place.file.path === path).map((edit) => ({ deletedRegion: region(edit.place), insertedContent: { text: edit.text } })),
  }));
}
