/**
 * segc.config.json: how severe each finding is, by code or by stage, for the project and for folders of it, and what the
 * networks are for. The nearest one above a spec counts. Its schema is schemas/segc.config.schema.json.
 */
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { diagnosticNamed } from "../diagnostics/catalogue/index.js";
import type { Problem } from "../diagnostics/problem.js";
import { didYouMean } from "../diagnostics/suggest.js";
import { parseBytes } from "../lint/bytes.js";
import { type Target, type AskedUse, targets } from "../lint/use.js";
import { Failure } from "./failure.js";
import { readText, shownPath } from "./project.js";

export const configName = "segc.config.json";

const levels = ["off", "info", "warning", "error"] as const;
type Level = (typeof levels)[number];

interface Settings {
  readonly severity: Readonly<Record<string, Level>>;
  readonly use: AskedUse;
}

export interface Config extends Settings {
  /** The folder that paths in it count from. */
  readonly root: string;
  readonly maxWarnings: number | undefined;
  /** Broad ones first. */
  readonly folders: readonly (Settings & { readonly path: string })[];
}

const known = new Map<string, Config>();

/** `given`: --config. Undefined where there is no such file above the folder. */
export function configFor(folder: string, given: string | undefined): Config | undefined {
  if (given !== undefined) {
    const path = resolve(given);
    if (!existsSync(path)) throw new Failure(`--config: there is no file ${shownPath(path)}`);
    return readConfig(path);
  }
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, configName);
    if (existsSync(path)) return readConfig(path);
    if (dirname(at) === at) return undefined;
  }
}

/** Files may have changed: they are read again. */
export const forgetConfigs = (): void => known.clear();

function readConfig(path: string): Config {
  const before = known.get(path);
  if (before !== undefined) return before;
  const config = parseConfig(readText(path), path);
  known.set(path, config);
  return config;
}

export function parseConfig(text: string, path: string): Config {
  const fail = (message: string, help?: string): Failure => new Failure(`${shownPath(path)}: ${message}`, help);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw fail(`this is no JSON: ${(error as Error).message.split("\n")[0]}`);
  }
  const whole = record(data, "the configuration", fail);
  unknownKeys(whole, ["$schema", "severity", "folders", "target", "memory", "object", "max-warnings"], "", fail);
  const most = whole["max-warnings"];
  if (most !== undefined && !(Number.isInteger(most) && (most as number) >= 0)) throw fail(`"max-warnings" is a whole number of at least 0`);
  const folders = Object.entries(record(whole["folders"] ?? {}, `"folders"`, fail)).map(([folder, value]) => {
    const settings = record(value, `"folders" / "${folder}"`, fail);
    unknownKeys(settings, ["severity", "target", "memory", "object"], ` in "folders" / "${folder}"`, fail);
    const path = folder.split(/[/\\]/).filter((part) => part !== "" && part !== ".").join("/");
    if (path.split("/").includes("..")) throw fail(`the folder "${folder}" lies outside: paths count from the folder of this file`);
    return { path, ...settingsOf(settings, fail) };
  });
  return { root: dirname(path), maxWarnings: most as number | undefined, ...settingsOf(whole, fail), folders: folders.sort((a, b) => a.path.length - b.path.length) };
}

type Fail = (message: string, help?: string) => Failure;

function record(value: unknown, what: string, fail: Fail): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fail(`${what} is an object: { ... }`);
  return value as Readonly<Record<string, unknown>>;
}

function unknownKeys(value: Readonly<Record<string, unknown>>, keys: readonly string[], where: string, fail: Fail): void {
  for (const key of Object.keys(value)) if (!keys.includes(key)) throw fail(`there is no setting "${key}"${where}`, didYouMean(key, keys) ?? `there are ${keys.filter((one) => one !== "$schema").join(", ")}`);
}

function settingsOf(value: Readonly<Record<string, unknown>>, fail: Fail): Settings {
  const severity: Record<string, Level> = {};
  for (const [code, level] of Object.entries(record(value["severity"] ?? {}, `"severity"`, fail))) {
    if (!isCode(code)) throw fail(`there is no diagnostic "${code}"`, didYouMean(code, codes()) ?? "`segc explain diagnostics` lists them");
    const found = levels.find((one) => one === level);
    if (found === undefined) throw fail(`the severity of "${code}" is one of ${levels.join(", ")}`);
    severity[code] = found;
  }
  const target = value["target"];
  if (target !== undefined && !targets.includes(target as Target)) throw fail(`"target" is one of ${targets.join(", ")}`);
  const memory = typeof value["memory"] === "string" ? parseBytes(value["memory"]) : undefined;
  if (value["memory"] !== undefined && memory === undefined) throw fail(`"memory" is an amount such as "512 MiB"`);
  const object = value["object"];
  if (object !== undefined && !(Number.isInteger(object) && (object as number) > 0)) throw fail(`"object" is a number of pixels`);
  return { severity, use: { ...(target === undefined ? {} : { target: target as Target }), ...(memory === undefined ? {} : { memory }), ...(object === undefined ? {} : { object: object as number }) } };
}

const stages = (): ReadonlySet<string> => new Set([...diagnosticNamed.keys()].map((code) => code.split("/")[0]!));
const codes = (): readonly string[] => [...diagnosticNamed.keys(), ...stages()];
/** A whole code, or a stage, which stands for all of its codes. */
export const isCode = (text: string): boolean => diagnosticNamed.has(text) || stages().has(text);
export const nearCode = (text: string): string | undefined => didYouMean(text, codes());
export const covers = (selector: string, code: string): boolean => code === selector || code.startsWith(`${selector}/`);

/** The settings that hold for a file: the project's, then those of the folders around it, the nearest last. */
const around = (config: Config, path: string): readonly Settings[] => {
  const here = relative(config.root, path).split(sep).join("/");
  return [config, ...config.folders.filter((folder) => folder.path === "" || here === folder.path || here.startsWith(`${folder.path}/`))];
};

export const useFor = (config: Config | undefined, path: string): AskedUse => (config === undefined ? {} : around(config, path).reduce<AskedUse>((use, settings) => ({ ...use, ...settings.use }), {}));

/** The problem as severe as the configuration says; undefined where it is off. An error stays one: such a spec does not compile. */
export function configured(problem: Problem, config: Config | undefined, path: string): Problem | undefined {
  if (config === undefined || problem.severity === "error") return problem;
  const level = around(config, path).reduce<Level | undefined>((before, { severity }) => severity[problem.code] ?? severity[problem.code.split("/")[0]!] ?? before, undefined);
  return level === "off" ? undefined : level === undefined ? problem : { ...problem, severity: level };
}
