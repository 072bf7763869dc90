/** `compile --emit`: the stages of the compiler, each as it prints itself. */
import { resolve } from "node:path";
import type { CompiledModel } from "../compile.js";
import { Problems } from "../diagnostics/problem.js";
import { printNetwork } from "../network/print.js";
import { printOnnx } from "../onnx/text.js";
import { positionOf } from "../source/source.js";
import { parse } from "../syntax/parse.js";
import { print } from "../syntax/print.js";
import type { ExitCode } from "./command.js";
import type { Spec } from "./find-spec.js";
import { complainOf } from "./problems.js";
import { table } from "./table.js";
import type { Terminal } from "./terminal.js";
import { writeText } from "./write-output.js";

interface EmitOptions {
  readonly out: string | undefined;
  readonly json: boolean;
}

/** Stages that exist for broken texts too. */
export async function emitSource(stage: "tokens" | "ast", spec: Spec, options: EmitOptions, terminal: Terminal): Promise<ExitCode> {
  const problems = new Problems();
  const { tree, tokens } = parse(spec.file, problems);
  complainOf(problems.list, spec, terminal);
  const rows = (): string[][] =>
    tokens.map((token) => {
      const { line, column } = positionOf(spec.file, token.startOffset);
      return [`${line}:${column}`, token.tokenType.name, token.image];
    });
  await emit(stage, stage === "ast" ? print(tree) : table(rows()), options, terminal);
  return problems.hasErrors ? 1 : 0;
}

export async function emitModel(stage: "network" | "onnx", model: CompiledModel, options: EmitOptions, terminal: Terminal): Promise<ExitCode> {
  await emit(stage, stage === "network" ? printNetwork(model.lowered) : printOnnx(model.onnx), options, terminal);
  return 0;
}

async function emit(stage: string, text: string, { out, json }: EmitOptions, terminal: Terminal): Promise<void> {
  const result = json ? `${JSON.stringify({ schema: 1, emit: stage, text })}\n` : text;
  if (out === undefined || out === "-") terminal.out(result);
  else await writeText(resolve(out), result);
}
