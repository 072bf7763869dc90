/** The pages of `segc explain`: from the entries that the compiler itself works by. */
import { catalogue, diagnosticNamed } from "../diagnostics/catalogue/index.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { renderProblems } from "../diagnostics/render.js";
import { didYouMean } from "../diagnostics/suggest.js";
import { exampleProblems } from "../example-problems.js";
import { checkNamed, checks } from "../validation/checks/index.js";
import type { Check } from "../validation/check.js";
import { operatorNamed, operators } from "../operators/index.js";
import type { Operator } from "../operators/operator.js";
import { describeSpec, isOptional, showDefault } from "../operators/parameters.js";
import { table } from "./table.js";

export interface Page {
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Before the name of a check, where something else has that name too. */
const checkPrefix = "check:";

/** A code, an operator, a check of `validate`, or one of the lists. */
export function pageOn(topic: string, colour: boolean): Page | undefined {
  if (topic === "operators") return operatorList();
  if (topic === "diagnostics") return diagnosticList();
  if (topic === "checks") return checkList();
  const diagnostic = diagnosticNamed.get(topic);
  if (diagnostic) return diagnosticPage(diagnostic, colour);
  const operator = operatorNamed.get(topic);
  if (operator) return operatorPage(operator);
  const named = checkNamed.get(topic.startsWith(checkPrefix) ? topic.slice(checkPrefix.length) : topic);
  return named && checkPage(named);
}

/** A topic that was written wrong, or without its stage: `concat-size-mismatch`. */
export function near(topic: string): string | undefined {
  const codes = [...diagnosticNamed.keys()];
  const ended = codes.find((code) => code.endsWith(`/${topic}`));
  const prefix = topic.startsWith(checkPrefix) ? checkPrefix : "";
  return ended === undefined ? didYouMean(topic, [...codes, ...operatorNamed.keys(), ...[...checkNamed.keys()].map((name) => prefix + name)]) : `did you mean \`${ended}\`?`;
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ");
const firstSentence = (doc: string): string => /^.*?[.](?=\s|$)/s.exec(doc)?.[0].replace(/\s+/g, " ") ?? doc.split("\n")[0]!;

function diagnosticPage(entry: Diagnostic, colour: boolean): Page {
  const reported = exampleProblems(entry, "bad").filter(({ code }) => code === entry.code);
  const reports = (useColour: boolean): string => renderProblems(reported, { colour: useColour });
  return {
    data: { diagnostic: { code: entry.code, severity: entry.severity, message: entry.message, why: entry.why, help: entry.help, bad: entry.bad, report: reports(false), good: entry.good } },
    text: [
      `${entry.severity} ${entry.code}`,
      "",
      `  ${entry.message}`,
      "",
      entry.why,
      ...(entry.help === "" ? [] : ["", `What to do: ${entry.help}.`]),
      "",
      `Reported for${entry.options?.size === undefined ? "" : ` (at the size ${entry.options.size})`}:`,
      "",
      indented(entry.bad),
      indented(reports(colour)),
      "Not reported for:",
      "",
      indented(entry.good),
    ].join("\n"),
  };
}

function operatorPage(operator: Operator): Page {
  const parameters = Object.entries(operator.parameters).map(([name, spec]) => ({
    name, type: describeSpec(spec), optional: isOptional(spec), default: showDefault(spec) ?? null, doc: spec.doc,
  }));
  return {
    data: { operator: { name: operator.name, group: operator.group, doc: operator.doc, parameters, outputs: operator.outputs, example: operator.example } },
    text: [
      `${operator.name}  (${operator.group})`,
      "",
      operator.doc,
      "",
      "Parameters, in positional order; a chain `x -> ...` gives the first:",
      table(
        parameters.map(({ name, type, optional, default: standard, doc }) => [name, type, standard === null ? (optional ? "optional" : "") : `= ${standard}`, doc]),
        { indent: "  " },
      ),
      ...(operator.outputs === "list" ? ["Gives a list.", ""] : operator.outputs.length > 0 ? [`Gives {${operator.outputs.join(", ")}}.`, ""] : []),
      "Example:",
      "",
      indented(operator.example),
      "",
    ].join("\n"),
  };
}

function operatorList(): Page {
  const groups = [...new Set(operators.map(({ group }) => group))];
  return {
    data: { operators: operators.map(({ name, group, doc }) => ({ name, group, doc: firstSentence(doc) })) },
    text: groups
      .map((group) => `${group}\n${table(operators.filter((one) => one.group === group).map(({ name, doc }) => [name, firstSentence(doc)]), { indent: "  " })}`)
      .join("\n"),
  };
}

const diagnosticList = (): Page => ({
  data: { diagnostics: catalogue.map(({ code, severity, message }) => ({ code, severity, message })) },
  text: table(catalogue.map(({ code, severity, message }) => [code, severity, message])),
});

function checkPage({ name, title, measures, threshold, remedy }: Check): Page {
  return {
    data: { check: { name, title, measures, threshold, remedy } },
    text: [`${name}  (a check of \`segc validate\`)`, "", `  ${title}`, "", measures, "", `Threshold: ${threshold}`, "", `What to do: ${remedy}`, ""].join("\n"),
  };
}

const checkList = (): Page => ({
  data: { checks: checks.map(({ name, title }) => ({ name, title })) },
  text: table(checks.map(({ name, title }) => [name, title])),
});
