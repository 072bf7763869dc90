/** The grammar as text. */
import { precedenceLevels } from "./precedence.js";
import { patterns, type RuleShape, type Shape } from "./shape.js";

export function ebnf(rules: readonly RuleShape[]): string {
  const lines = rules.map(({ name, shape }) => {
    const parts = shape.kind === "choice" ? shape.parts.map((part) => write(part, false)) : [write(shape, false)];
    const one = `${name} ::= ${parts.join(" | ")}`;
    return one.length <= 120 ? one : `${name} ::=\n    ${parts.join("\n  | ")}`;
  });
  const levels = precedenceLevels.map(([operators, associativity]) => `//   ${operators.join("  ")}   (${associativity === "none" ? "not associative" : associativity})`);
  const tokens = patterns.map(({ name, pattern }) => `${name} ::= /${pattern}/`);
  return `// Generated from grammar/grammar.ts by \`npm run gen\`. Do not edit.

${lines.join("\n\n")}

// How operators bind, from loosest to tightest (\`not\` and \`negate\` are prefixes):
${levels.join("\n")}
// A single \`=\` between operands is allowed only after \`where\` and \`expect alignment\`.

${tokens.join("\n")}
`;
}

function write(shape: Shape, inside: boolean): string {
  switch (shape.kind) {
    case "sequence": {
      const text = shape.parts.map((part) => write(part, part.kind === "choice")).join(" ");
      return inside ? `(${text})` : text;
    }
    case "choice": {
      const text = shape.parts.map((part) => write(part, false)).join(" | ");
      return inside ? `(${text})` : text;
    }
    case "optional": return `${write(shape.part, true)}?`;
    case "repeated": return `${write(shape.part, true)}*`;
    case "rule":
    case "token": return shape.name;
    case "text": return `"${shape.text}"`;
  }
}
