/**
 * What the SARIF 2.1.0 specification asks of the parts that segc writes, by hand: required properties, types, enumerations, and the
 * properties that each object may have (the schema allows no others). Sections: 3.13 log, 3.14 run, 3.18 tool, 3.19 component,
 * 3.27 result, 3.28 location, 3.29 physical location, 3.30 region, 3.49 rule, 3.55 fix, 3.56 change, 3.57 replacement.
 */
type Check = (value: unknown, at: string, wrong: string[]) => void;

const text: Check = (value, at, wrong) => void (typeof value === "string" || wrong.push(`${at} is no string`));
const number = (min: number): Check => (value, at, wrong) => void ((Number.isInteger(value) && (value as number) >= min) || wrong.push(`${at} is no whole number of at least ${min}`));
const flag: Check = (value, at, wrong) => void (typeof value === "boolean" || wrong.push(`${at} is no boolean`));
const oneOf = (...members: string[]): Check => (value, at, wrong) => void (members.includes(value as string) || wrong.push(`${at} is none of ${members.join(", ")}`));
const list = (item: Check, unique = false): Check => (value, at, wrong) => {
  if (!Array.isArray(value)) return void wrong.push(`${at} is no array`);
  if (unique && new Set(value.map((one) => JSON.stringify(one))).size !== value.length) wrong.push(`${at} has an item twice`);
  value.forEach((one, i) => item(one, `${at}[${i}]`, wrong));
};
const object = (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check => (value, at, wrong) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return void wrong.push(`${at} is no object`);
  for (const key of Object.keys(required)) if (!(key in value)) wrong.push(`${at} lacks ${key}`);
  for (const [key, part] of Object.entries(value)) {
    const check = required[key] ?? optional[key];
    if (check === undefined) wrong.push(`${at} may not have ${key}`);
    else check(part, `${at}.${key}`, wrong);
  }
};
const anyStrings: Check = (value, at, wrong) => void Object.entries(value as object).forEach(([key, one]) => text(one, `${at}.${key}`, wrong));
/** RFC 3986: relative references and file URIs, with everything else escaped. */
const uri: Check = (value, at, wrong) => void (/^(file:\/\/\/)?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*$/.test(value as string) || wrong.push(`${at} is no URI reference: ${String(value)}`));

const level = oneOf("none", "note", "warning", "error");
const message = object({ text }, { markdown: text, id: text });
const multiformat = object({ text }, { markdown: text });
const artifactLocation = object({}, { uri, uriBaseId: text, index: number(-1) });
const region: Check = (value, at, wrong) => {
  object({ startLine: number(1) }, { startColumn: number(1), endLine: number(1), endColumn: number(1), snippet: object({ text }) })(value, at, wrong);
  const { startLine, startColumn, endLine, endColumn } = value as Record<string, number>;
  if (endLine! < startLine! || (endLine === startLine && endColumn! < startColumn!)) wrong.push(`${at} ends before it starts`);
};
const location = object({}, { id: number(-1), physicalLocation: object({ artifactLocation }, { region, contextRegion: region }), message });
const rule = object({ id: text }, {
  name: text, shortDescription: multiformat, fullDescription: multiformat, help: multiformat, helpUri: uri,
  defaultConfiguration: object({}, { level, enabled: flag }), properties: object({}, { tags: list(text, true) }),
});
const fix = object({ artifactChanges: list(object({ artifactLocation, replacements: list(object({ deletedRegion: region }, { insertedContent: object({ text }) })) }), true) }, { description: message });
const result = object({ message }, {
  ruleId: text, ruleIndex: number(-1), level, locations: list(location), relatedLocations: list(location, true), partialFingerprints: anyStrings, fixes: list(fix, true),
});
const driver = object({ name: text }, { version: text, semanticVersion: text, informationUri: uri, rules: list(rule, true) });
const run = object({ tool: object({ driver }) }, {
  results: list(result), columnKind: oneOf("utf16CodeUnits", "unicodeCodePoints"), invocations: list(object({ executionSuccessful: flag })), artifacts: list(object({}, { location: artifactLocation }), true),
});
const log = object({ version: oneOf("2.1.0"), runs: list(run) }, { $schema: text });

export function sarifFaults(data: unknown): readonly string[] {
  const wrong: string[] = [];
  log(data, "log", wrong);
  if (wrong.length > 0) return wrong;
  for (const { tool, results } of (data as { runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[] }).runs)
    for (const one of results) if (tool.driver.rules[one.ruleIndex]?.id !== one.ruleId) wrong.push(`the rule of ${one.ruleId} is not at its index`);
  return wrong;
}
