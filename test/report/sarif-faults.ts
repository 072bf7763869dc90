/** What is wrong with a SARIF log: by OASIS' schema of 2.1.0, and by what the specification asks beyond it. */
import { readFileSync } from "node:fs";
import { faultsBy } from "./schema.js";

// The package has the schema for its own validator, and no way to import it.
const bySchema = faultsBy(JSON.parse(readFileSync("node_modules/@microsoft/sarif-multitool-ts/assets/sarif-2.1.0.schema.json", "utf8")) as object);

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number }[];
  }[];
}

export function sarifFaults(data: unknown): readonly string[] {
  const wrong = bySchema(data);
  if (wrong.length > 0) return wrong;
  const rules = (data as Log).runs.flatMap(({ tool: { driver }, results }) =>
    results.filter((one) => driver.rules[one.ruleIndex]?.id !== one.ruleId).map(({ ruleId }) => `the rule of ${ruleId} is not at its index`));
  return [...rules, ...regionFaults(data)];
}

/** 3.30: a region does not end before it starts. */
function regionFaults(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  const { startLine, startColumn, endLine, endColumn } = node as Readonly<Record<string, number>>;
  const backwards = startLine !== undefined && (endLine! < startLine || (endLine === startLine && endColumn! < startColumn!));
  return [...(backwards ? [`ends before it starts: ${JSON.stringify(node)}`] : []), ...Object.values(node).flatMap(regionFaults)];
}
