/** Random syntax trees, for properties of the parser, the printer and the formatter. Spans are all empty; nodes mean nothing. */
import fc, { type Arbitrary } from "../fast-check.js";
import { reservedWords } from "../../grammar/tokens.js";
import { roles, type Argument, type BinaryOperator, type Block, type Declaration, type Expression, type File, type ForClause, type Label, type LabelPart, type Let, type Model, type Name, type Parameter, type Statement, type Step, type TypeExpression, type Use } from "../../src/syntax/ast.js";

const span = { start: 0, end: 0 };
const optional = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const few = <T>(arbitrary: Arbitrary<T>, minLength = 0, maxLength = 3): Arbitrary<T[]> => fc.array(arbitrary, { minLength, maxLength });

/** Ordinary names, and words that are special only in their place. */
const word: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("x", "image", "H", "conv1", "_a", "some_longer_name", "e5") },
  { weight: 1, arbitrary: fc.constantFrom("head", "skip", "input", "with", "alignment", "context", "encoder", "int") },
);
const name: Arbitrary<Name> = word.map((text) => ({ text, span }));
const component: Arbitrary<Name> = fc.oneof(name, fc.constantFrom(...reservedWords.keys()).map((text) => ({ text, span })));
const doc: Arbitrary<string | undefined> = fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom("One line.", "Two\nlines", "a\n\nb // c", "") });

const leaf: Arbitrary<Expression> = fc.oneof(
  { weight: 4, arbitrary: word.map((each): Expression => ({ kind: "name", name: each, span })) },
  { weight: 3, arbitrary: fc.oneof(fc.nat(300), fc.maxSafeNat()).map((value): Expression => ({ kind: "int", value, span })) },
  { weight: 1, arbitrary: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value): Expression => ({ kind: "float", value: value === 0 ? 0 : value, span })) },
  { weight: 1, arbitrary: fc.boolean().map((value): Expression => ({ kind: "bool", value, span })) },
  { weight: 1, arbitrary: fc.constantFrom("", "a", "{i}", 'say "x"', "back\\slash", "two\nlines", "// no comment", "é {").map((value): Expression => ({ kind: "string", value, span })) },
);

/** What may stand in the braces of a string: anything without a string in it. */
const embedded: Arbitrary<Expression> = fc.constantFrom<Expression>(
  { kind: "name", name: "i", span },
  { kind: "binary", operator: "-", left: { kind: "name", name: "i", span }, right: { kind: "int", value: 1, span }, span },
  { kind: "index", base: { kind: "name", name: "x", span }, index: { kind: "int", value: 0, span }, span },
  { kind: "conditional", condition: { kind: "name", name: "a", span }, then: { kind: "int", value: 1, span }, otherwise: { kind: "int", value: 2, span }, span },
  { kind: "braces", items: [{ name: undefined, value: { kind: "int", value: 8, span } }], span },
);
const text: Arbitrary<Expression> = fc
  .tuple(fc.constantFrom("", "a", "{", "b} \\"), fc.array(fc.tuple(embedded, fc.constantFrom("_", "}", '"{', "\n")), { maxLength: 2 }), embedded)
  .map(([first, pairs, last]): Expression => ({ kind: "text", parts: [first, ...pairs.flat(), last].filter((part) => part !== ""), span }));

const operators: readonly BinaryOperator[] = ["or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%", "^"];

const { expression } = fc.letrec<{ expression: Expression; inner: Expression; clause: ForClause; argument: Argument; label: Label; step: Step }>((tie) => ({
  expression: fc.oneof({ depthSize: "small", withCrossShrink: true, maxDepth: 5 }, { weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: text }, { weight: 5, arbitrary: tie("inner") }),
  inner: fc.oneof<Arbitrary<Expression>[]>(
    fc.record({ kind: fc.constant("list" as const), items: few(tie("expression")), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("braces" as const), items: few(fc.record({ name: optional(name), value: tie("expression") })), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("comprehension" as const), item: tie("expression"), clauses: few(tie("clause"), 1, 2), condition: optional(tie("expression")), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("range" as const), from: tie("expression"), to: tie("expression"), down: fc.boolean(), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("index" as const), base: tie("expression"), index: tie("expression"), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("member" as const), base: tie("expression"), member: name, span: fc.constant(span) }),
    fc.record({ kind: fc.constant("call" as const), callee: tie("expression"), arguments: few(tie("argument")), span: fc.constant(span) }),
    fc
      .record({ kind: fc.constant("chain" as const), head: tie("expression"), headLabel: optional(tie("label")), steps: few(tie("step")), span: fc.constant(span) })
      .map((chain): Expression => (chain.headLabel === undefined && chain.steps.length === 0 ? chain.head : chain)),
    fc.record({ kind: fc.constant("unary" as const), operator: fc.constantFrom("-" as const, "not" as const), operand: tie("expression"), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("binary" as const), operator: fc.constantFrom(...operators), left: tie("expression"), right: tie("expression"), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("conditional" as const), condition: tie("expression"), then: tie("expression"), otherwise: tie("expression"), span: fc.constant(span) }),
  ),
  clause: fc.record({ name, over: tie("expression") }),
  argument: fc.record({ name: optional(name), value: tie("expression"), span: fc.constant(span) }),
  label: fc
    .tuple(
      fc.oneof(component.map((each): LabelPart => ({ kind: "word", name: each })), tie("expression").map((value): LabelPart => ({ kind: "index", value }))),
      few(fc.oneof(component.map((each): LabelPart => ({ kind: "word", name: each })), tie("expression").map((value): LabelPart => ({ kind: "index", value }))), 0, 2),
      fc.boolean(),
    )
    .map(([first, rest, none]): Label => ({ parts: none ? [] : [first, ...rest], span })),
  step: fc.record({
    callee: fc.tuple(name, few(name, 0, 1)).map(([first, rest]) =>
      rest.reduce<Expression>((base, member) => ({ kind: "member", base, member, span }), { kind: "name", name: first.text, span }),
    ),
    arguments: few(tie("argument")),
    label: optional(tie("label")),
    span: fc.constant(span),
  }),
}));

/** A condition after `where` or `expect alignment`, which may be an equation. */
const constraint: Arbitrary<Expression> = fc.oneof(
  expression,
  fc.tuple(expression, expression).map(([left, right]): Expression => ({ kind: "binary", operator: "=", left, right, span })),
);

const { type } = fc.letrec<{ type: TypeExpression }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 2 },
    { weight: 4, arbitrary: fc.constantFrom("int", "float", "bool", "string", "tensor", "block").map((each): TypeExpression => ({ kind: "named", name: each as "int", span })) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("list" as const), element: tie("type"), span: fc.constant(span) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("enum" as const), members: few(name, 1), span: fc.constant(span) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("record" as const), fields: few(fc.record({ name, type: tie("type") }), 1), span: fc.constant(span) }) },
  ),
}));

const let_: Arbitrary<Let> = fc.record({ kind: fc.constant("let" as const), doc, name, value: expression, span: fc.constant(span) });
const setting: Arbitrary<Argument> = fc.record({ name, value: expression, span: fc.constant(span) });

/** `expect alignment x` would be read as an alignment: a fact that starts with the name and nothing after it needs an operator. */
const fact = expression.filter((each) => !(each.kind === "name" && each.name === "alignment"));

const { statement } = fc.letrec<{ statement: Statement; body: Statement[] }>((tie) => ({
  body: few(tie("statement"), 0, 3),
  statement: fc.oneof(
    { maxDepth: 3 },
    fc.record({ kind: fc.constant("binding" as const), doc, role: optional(fc.constantFrom(...roles)), name, indices: few(expression, 0, 2), value: expression, span: fc.constant(span) }),
    fc.record({ kind: fc.constant("input" as const), doc, name, shape: few(expression), where: few(constraint, 0, 2), settings: few(setting, 0, 2), span: fc.constant(span) }),
    let_,
    fc.record({
      kind: fc.constant("expect" as const),
      what: fc.oneof(
        fc.record({ kind: fc.constant("shape" as const), subject: fact, shape: few(expression) }),
        fc.record({ kind: fc.constant("fact" as const), condition: fact }),
        // Only a name after `alignment` makes it an alignment.
        fc.tuple(word, few(constraint, 0, 2)).map(([first, rest]) => ({ kind: "alignment" as const, constraints: [{ kind: "name" as const, name: first, span }, ...rest] })),
      ),
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant("return" as const), value: expression, span: fc.constant(span) }),
    fc.record({ kind: fc.constant("role" as const), role: fc.constantFrom(...roles), body: tie("body"), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("for" as const), clauses: few(fc.record({ name, over: expression }), 1, 2), body: tie("body"), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("if" as const), condition: expression, then: tie("body"), otherwise: tie("body"), span: fc.constant(span) }),
  ),
}));

const parameter: Arbitrary<Parameter> = fc.record({ doc, name, type, allowed: optional(expression), default: optional(expression), span: fc.constant(span) });
const body = few(statement, 0, 4);
const model: Arbitrary<Model> = fc.record({ kind: fc.constant("model" as const), doc, name, parameters: few(parameter), body, span: fc.constant(span) });
const block: Arbitrary<Block> = fc.record({ kind: fc.constant("block" as const), doc, name, parameters: few(parameter), result: optional(type), body, span: fc.constant(span) });
const use: Arbitrary<Use> = fc.record({
  kind: fc.constant("use" as const),
  module: fc.oneof(
    fc.constantFrom("std.blocks", "std.a.b").map((path) => ({ from: "std" as const, path, span })),
    fc.constantFrom("./parts.seg", '../"odd".seg').map((path) => ({ from: "file" as const, path, span })),
  ),
  names: few(fc.record({ name, alias: optional(name) })),
  span: fc.constant(span),
});

const declaration: Arbitrary<Declaration> = fc.oneof(model, block, let_);

/** Expressions of every kind. */
export const arbitraryExpression: Arbitrary<Expression> = expression;
/** Whole files. */
export const arbitraryFile: Arbitrary<File> = fc.record({ uses: few(use, 0, 2), declarations: few(declaration, 0, 3), span: fc.constant(span) });
