/**
 * Reads the examples of a Markdown page. After three backquotes stands
 *
 *   seg                              a whole file without problems
 *   seg error CODE [--set a=b]...    one that reports exactly this code; likewise `seg warning CODE`
 *   seg ... --size HxW               checked for this size
 *   seg --file parts.seg             a file that later examples of the page may use
 *   text weights                     the names and shapes of the weights of the example before
 *   text report                      what segc prints about the example before
 */
import { inspect } from "../../src/analyses/inspect.js";
import { type Checked, check } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";

export interface Example {
  readonly line: number;
  readonly text: string;
  readonly severity: string | undefined;
  readonly code: string | undefined;
  readonly set: Readonly<Record<string, string>>;
  readonly size: { readonly height: number; readonly width: number } | undefined;
  /** The files given so far. */
  readonly files: Readonly<Record<string, string>>;
  readonly weights: string | undefined;
  readonly report: string | undefined;
}

export function examplesIn(markdown: string): readonly Example[] {
  const found: Example[] = [];
  let files: Readonly<Record<string, string>> = {};
  for (const match of markdown.matchAll(/^```(\S*)[ \t]*(.*)\n([\s\S]*?)^```$/gm)) {
    const [, language, info = "", text = ""] = match;
    const last = found.length - 1;
    if (language === "text" && info === "weights") found[last] = { ...found[last]!, weights: text };
    else if (language === "text" && info === "report") found[last] = { ...found[last]!, report: text };
    if (language !== "seg") continue;
    const [, severity, code] = /^(error|warning) (\S+)/.exec(info) ?? [];
    const [, height, width] = /--size (\d+)x(\d+)/.exec(info) ?? [];
    const [, name] = /--file (\S+)/.exec(info) ?? [];
    found.push({
      line: markdown.slice(0, match.index).split("\n").length,
      text, severity, code, files,
      set: Object.fromEntries([...info.matchAll(/--set (\w+)=(\S+)/g)].map(([, key, value]) => [key, value])),
      size: height === undefined ? undefined : { height: Number(height), width: Number(width) },
      weights: undefined,
      report: undefined,
    });
    if (name !== undefined) files = { ...files, [name]: text };
  }
  return found;
}

export function run({ text, set, size, files }: Example): Checked {
  return check({ path: "net.seg", text }, { set, ...(size ? { size } : {}), host: { read: (path) => files[path] } });
}

export const weightsOf = (checked: Checked): string =>
  checked.models.flatMap((model) => inspect(model).weights.map(({ name, shape }) => `${name} [${shape.join(", ")}]\n`)).join("");

export const reportOf = (checked: Checked): string => renderProblems(checked.problems);
