import { compile } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { checkNamed } from "../../src/validation/checks/index.js";
import type { SubjectOptions } from "../../src/validation/subject.js";
import { type Checked, validate } from "../../src/validation/validate.js";

/** One check of a spec's text. */
export async function checked(text: string, check: string, options: Partial<SubjectOptions> = {}, set: Record<string, string> = {}): Promise<Checked> {
  const { model, problems } = compile({ path: "net.seg", text }, { set });
  if (!model) throw new Error(renderProblems(problems));
  const withLoss = compile({ path: "net.seg", text }, { set, withLoss: true }).model;
  const [result] = await validate({ model, withLoss: withLoss?.network.outputs.some(({ role }) => role === "loss") ? withLoss : undefined, checks: [checkNamed.get(check)!], threads: 1, ...options });
  return result!;
}
