import { type Declared, type Module, placeIn } from "../../bind/program.js";
import { type Signature, matchArguments, signatureOfBlock, signatureOfOperator } from "../../bind/signature.js";
import { lintDeprecatedName } from "../../diagnostics/catalogue/lint.js";
import { type Fix, Problems } from "../../diagnostics/problem.js";
import { operatorNamed } from "../../operators/index.js";
import type { Operator } from "../../operators/operator.js";
import type * as ast from "../../syntax/ast.js";
import { type Deprecation, deprecation, deprecationIn, forwards, renamed } from "../deprecation.js";
import { type Reference, referencesIn } from "../references.js";
import type { ProgramRule } from "../rule.js";

type Span = ast.Name["span"];
type Operators = ReadonlyMap<string, Operator>;

/** A block, parameter, value or operator whose author says that it is out of use. */
export const deprecatedName = deprecatedNames(operatorNamed);

export function deprecatedNames(operators: Operators): ProgramRule {
  return {
    entry: lintDeprecatedName,
    check(program, problems, set) {
      const { main } = program;
      const tell = (span: Span, name: string, { says, replacement }: Deprecation, rename: Rename | undefined): void =>
        problems.report(lintDeprecatedName, placeIn(main, { span }), { name, says }, { fix: replacement === undefined ? undefined : fixOf(main, name, replacement, rename) });
      for (const { name, doc } of main.tree.declarations.flatMap((one) => (one.kind === "model" ? one.parameters : []))) {
        const out = set.has(name.text) ? deprecationIn(doc) : undefined;
        // What is given with --set is no text of the file.
        if (out) problems.report(lintDeprecatedName, placeIn(main, name), { name: name.text, says: out.says }, { label: "given with --set" });
      }
      const references = main.tree.declarations.flatMap(referencesIn);
      for (const found of importsOf(main)) tell(found.span, found.name, found.deprecation, renameOfImport(main, found, references));
      for (const reference of references) {
        const declared = main.names.get(reference.name);
        if (isShadowed(reference)) continue;
        const own = declared === undefined ? operatorDeprecation(operators.get(reference.name)) : declared.module === main ? deprecationOf(declared) : undefined;
        if (own !== undefined && !isOf(reference.within, declared)) tell(reference.span, reference.name, own, renameOf(main, declared, own, [reference]));
        for (const one of argumentsOut(declared, operators.get(reference.name), reference)) tell(one.span, one.name, one.deprecation, one.rename);
      }
    },
  };
}

const deprecationOf = (declared: Declared): Deprecation | undefined => deprecationIn(declared.kind === "block" ? declared.block.doc : declared.kind === "let" ? declared.let.doc : undefined);
const operatorDeprecation = (operator: Operator | undefined): Deprecation | undefined => (operator?.deprecated === undefined ? undefined : deprecation(operator.deprecated));
const isOf = (within: ast.Declaration, declared: Declared | undefined): boolean => declared !== undefined && within === (declared.kind === "block" ? declared.block : declared.kind === "let" ? declared.let : declared.model);

/** A parameter of the declaration around has the name: what it stands for is the caller's business. */
const isShadowed = ({ name, within }: Reference): boolean => within.kind !== "let" && within.parameters.some((parameter) => parameter.name.text === name);

interface Imported {
  readonly name: string;
  readonly span: Span;
  readonly alias: string | undefined;
  readonly declared: Declared;
  readonly deprecation: Deprecation;
}

function importsOf(main: Module): readonly Imported[] {
  return main.tree.uses.flatMap(({ names }) => names.flatMap(({ name, alias }): readonly Imported[] => {
    const declared = main.names.get((alias ?? name).text);
    const found = declared && deprecationOf(declared);
    return declared && found ? [{ name: name.text, span: name.span, alias: alias?.text, declared, deprecation: found }] : [];
  }));
}

/** Spans that take the new name. `safe`: nothing but the name changes. */
interface Rename {
  readonly spans: readonly Span[];
  readonly safe: boolean;
}

const fixOf = (main: Module, name: string, replacement: string, rename: Rename | undefined): Fix | undefined =>
  rename && { title: `write \`${replacement}\` for \`${name}\``, edits: rename.spans.map((span) => ({ place: placeIn(main, { span }), text: replacement })), safe: rename.safe };

/** An alias keeps all uses; without one they are renamed with the import. */
function renameOfImport(main: Module, { name, span, alias, declared, deprecation: { replacement } }: Imported, references: readonly Reference[]): Rename | undefined {
  if (replacement === undefined || main.names.has(replacement) || operatorNamed.has(replacement)) return undefined;
  const uses = references.filter((reference) => reference.name === (alias ?? name) && !isShadowed(reference));
  const found = renamedTo(declared, replacement, uses);
  return found === undefined ? undefined : { spans: [span, ...(alias === undefined ? uses.map((use) => use.span) : [])], safe: found };
}

function renameOf(main: Module, declared: Declared | undefined, { replacement }: Deprecation, uses: readonly Reference[]): Rename | undefined {
  if (replacement === undefined) return undefined;
  const spans = uses.map(({ span }) => span);
  // An operator and its old name are one entry.
  if (declared === undefined) return main.names.has(replacement) || !operatorNamed.has(replacement) ? undefined : { spans, safe: uses.every(({ labelled }) => labelled) };
  const safe = renamedTo(declared, replacement, uses);
  return safe === undefined ? undefined : { spans, safe };
}

/** Whether the rename is safe; undefined where the replacement is not there. Steps without a label are named after what they call. */
function renamedTo(declared: Declared, replacement: string, uses: readonly Reference[]): boolean | undefined {
  const target = declared.module.names.get(replacement);
  if (target?.module !== declared.module || target.kind !== declared.kind) return undefined;
  if (declared.kind !== "block" || target.kind !== "block") return false;
  return uses.every(({ labelled, call }) => labelled && call !== undefined) && forwards(declared.block, target.block, declared.module.file);
}

interface ArgumentOut {
  readonly span: Span;
  readonly name: string;
  readonly deprecation: Deprecation;
  readonly rename: Rename | undefined;
}

/** Arguments of the call whose parameter, or whose word, is out of use. */
function argumentsOut(declared: Declared | undefined, operator: Operator | undefined, { call }: Reference): readonly ArgumentOut[] {
  const block = declared?.kind === "block" ? declared.block : undefined;
  const signature: Signature | undefined = block ? signatureOfBlock(block) : declared === undefined && operator ? signatureOfOperator(operator) : undefined;
  if (call === undefined || signature === undefined) return [];
  // What is called without a chain may be a block that is handed on: its positions begin behind the tensor, or not.
  const sorted = call.carries ? call.arguments : call.arguments.filter(({ name }) => name !== undefined);
  const { given } = matchArguments(signature, sorted, { carries: call.carries, complete: false }, { file: { path: "", text: "" }, span: { start: 0, end: 0 } }, new Problems());
  return [...given].flatMap(([name, list]) => {
    const parameter = block?.parameters.find((one) => one.name.text === name);
    const spec = operator?.parameters[name];
    const own = parameter ? deprecationIn(parameter.doc) : spec?.deprecated === undefined ? undefined : deprecation(spec.deprecated);
    return list.flatMap((argument): readonly ArgumentOut[] => {
      const { value } = argument;
      const word = value.kind === "name" && parameter ? deprecationIn(parameter.doc, value.name) : undefined;
      const renames = own?.replacement !== undefined && argument.name !== undefined && !given.has(own.replacement) && signature.slots.some((slot) => slot.name === own.replacement);
      return [
        ...(own ? [{ span: (argument.name ?? argument).span, name, deprecation: own, rename: renames ? { spans: [argument.name!.span], safe: block === undefined || renamed(block, name, own.replacement!) } : undefined }] : []),
        // What a block does with its words is its own: the author's word is not proved.
        ...(word && value.kind === "name" ? [{ span: value.span, name: value.name, deprecation: word, rename: { spans: [value.span], safe: false } }] : []),
      ];
    });
  });
}
