/** The syntax tree as text, for `--emit=ast` and for tests: statements as indented lines, expressions as in Lisp. Spans are left out. */
import type { Argument, Declaration, Expression, File, ForClause, Label, Parameter, Statement, Step, TypeExpression } from "./ast.js";

export function print(file: File): string {
  return [
    ...file.uses.map(
      (use) =>
        `use ${use.module.from} ${quote(use.module.path)} {${use.names.map(({ name, alias }) => (alias === undefined ? name.text : `${name.text} as ${alias.text}`)).join(", ")}}`,
    ),
    ...file.declarations.flatMap(declaration),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

const quote = (text: string): string => JSON.stringify(text);
const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
const doc = (text: string | undefined): string[] => (text === undefined ? [] : [`doc ${quote(text)}`]);
const listed = (items: readonly Expression[]): string => `[${items.map(printExpression).join(", ")}]`;

function declaration(node: Declaration): string[] {
  if (node.kind === "let") return statement(node);
  const result = node.kind === "block" && node.result !== undefined ? ` -> ${type(node.result)}` : "";
  return [...doc(node.doc), `${node.kind} ${node.name.text}${result}`, ...indent([...node.parameters.flatMap(parameter), ...node.body.flatMap(statement)])];
}

function parameter(node: Parameter): string[] {
  const allowed = node.allowed === undefined ? "" : ` in ${printExpression(node.allowed)}`;
  const value = node.default === undefined ? "" : ` = ${printExpression(node.default)}`;
  return [...doc(node.doc), `parameter ${node.name.text}: ${type(node.type)}${allowed}${value}`];
}

function type(node: TypeExpression): string {
  switch (node.kind) {
    case "named": return node.name;
    case "unknown": return "unknown";
    case "list": return `[${type(node.element)}]`;
    case "enum": return `{${node.members.map((member) => member.text).join(", ")}}`;
    case "record": return `{${node.fields.map((field) => `${field.name.text}: ${type(field.type)}`).join(", ")}}`;
  }
}

function statement(node: Statement): string[] {
  switch (node.kind) {
    case "input": {
      const where = node.where.length === 0 ? "" : ` where ${node.where.map(printExpression).join(", ")}`;
      const settings = node.settings.length === 0 ? "" : ` with ${node.settings.map(argument).join(", ")}`;
      return [...doc(node.doc), `input ${node.name.text} ${listed(node.shape)}${where}${settings}`];
    }
    case "binding": {
      const indices = node.indices.map((index) => `[${printExpression(index)}]`).join("");
      return [...doc(node.doc), `${node.role === undefined ? "" : `${node.role} `}${node.name.text}${indices} = ${printExpression(node.value)}`];
    }
    case "role": return [node.role, ...indent(node.body.flatMap(statement))];
    case "let": return [...doc(node.doc), `let ${node.name.text} = ${printExpression(node.value)}`];
    case "for": return [`for ${node.clauses.map(clause).join(", ")}`, ...indent(node.body.flatMap(statement))];
    case "if": {
      const otherwise = node.otherwise.length === 0 ? [] : ["else", ...indent(node.otherwise.flatMap(statement))];
      return [`if ${printExpression(node.condition)}`, ...indent(node.then.flatMap(statement)), ...otherwise];
    }
    case "expect":
      switch (node.what.kind) {
        case "shape": return [`expect ${printExpression(node.what.subject)} : ${listed(node.what.shape)}`];
        case "fact": return [`expect ${printExpression(node.what.condition)}`];
        case "alignment": return [`expect alignment ${node.what.constraints.map(printExpression).join(", ")}`];
      }
    case "return": return [`return ${printExpression(node.value)}`];
  }
}

/** One expression, with every operator in front of its operands. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case "int": return String(node.value);
    case "float": return Number.isInteger(node.value) ? `${node.value}.0` : String(node.value);
    case "bool": return String(node.value);
    case "string": return quote(node.value);
    case "text": return `(text ${node.parts.map((part) => (typeof part === "string" ? quote(part) : printExpression(part))).join(" ")})`;
    case "name": return node.name;
    case "list": return listed(node.items);
    case "braces": return `{${node.items.map(argument).join(", ")}}`;
    case "comprehension": {
      const condition = node.condition === undefined ? "" : ` if ${printExpression(node.condition)}`;
      return `[${printExpression(node.item)} for ${node.clauses.map(clause).join(", ")}${condition}]`;
    }
    case "range": return `(${node.down ? "downto" : ".."} ${printExpression(node.from)} ${printExpression(node.to)})`;
    case "index": return `${printExpression(node.base)}[${printExpression(node.index)}]`;
    case "member": return `${printExpression(node.base)}.${node.member.text}`;
    case "call": return `${printExpression(node.callee)}(${node.arguments.map(argument).join(", ")})`;
    case "chain": return `(chain ${[`${printExpression(node.head)}${label(node.headLabel)}`, ...node.steps.map(step)].join(" ")})`;
    case "unary": return `(${node.operator} ${printExpression(node.operand)})`;
    case "binary": return `(${node.operator} ${printExpression(node.left)} ${printExpression(node.right)})`;
    case "conditional": return `(if ${printExpression(node.condition)} ${printExpression(node.then)} ${printExpression(node.otherwise)})`;
    case "broken": return "<broken>";
  }
}

const clause = (node: ForClause): string => `${node.name.text} in ${printExpression(node.over)}`;
const argument = (node: Pick<Argument, "name" | "value">): string =>
  node.name === undefined ? printExpression(node.value) : `${node.name.text}: ${printExpression(node.value)}`;
const step = (node: Step): string => `-> ${printExpression(node.callee)}(${node.arguments.map(argument).join(", ")})${label(node.label)}`;

function label(node: Label | undefined): string {
  if (node === undefined) return "";
  if (node.parts.length === 0) return " as _";
  return ` as ${node.parts.map((part, i) => (part.kind === "index" ? `[${printExpression(part.value)}]` : `${i === 0 ? "" : "."}${part.name.text}`)).join("")}`;
}
