/**
 * The grammar of `.seg` files. Rules only recognise: they hold no actions, and `src/syntax/build-ast.ts` turns what they
 * recognised into the syntax tree. `grammar/generated/segc.ebnf` is this file as text.
 *
 * There are no statement separators and line breaks mean nothing. That is unambiguous because a statement never
 * starts with a sign that could continue the expression before it. One token of lookahead suffices nearly everywhere;
 * the predicates at the end look further where a word is special only in its place.
 */
import { CstParser, EOF, tokenMatcher, type IParserConfig, type TokenType } from "chevrotain";
import * as t from "./tokens.js";

export class SegGrammar extends CstParser {
  constructor(config: IParserConfig = {}) {
    super([...t.vocabulary], { recoveryEnabled: true, maxLookahead: 1, skipValidations: true, ...config });
  }

  // ---- files and declarations -------------------------------------------------------------------------------------

  readonly file = this.RULE("file", () => {
    this.MANY(() => this.SUBRULE(this.declaration));
    this.CONSUME(EOF);
  });

  readonly declaration = this.RULE("declaration", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.use) },
      { ALT: () => this.SUBRULE(this.model) },
      { ALT: () => this.SUBRULE(this.block) },
      { ALT: () => this.SUBRULE(this.let) },
    ]);
  });

  readonly use = this.RULE("use", () => {
    this.CONSUME(t.Use);
    this.OR([
      { ALT: () => this.CONSUME(t.String_) },
      { ALT: () => this.SUBRULE(this.modulePath) },
    ]);
    this.SUBRULE(this.useNames);
  });

  readonly modulePath = this.RULE("modulePath", () => {
    this.CONSUME(t.Identifier);
    this.MANY(() => {
      this.CONSUME(t.Dot);
      this.CONSUME2(t.Identifier);
    });
  });

  readonly useNames = this.RULE("useNames", () => {
    this.CONSUME(t.LCurly);
    this.OPTION(() => {
      this.SUBRULE(this.useName);
      this.MANY({
        GATE: () => this.itemFollows(),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.useName);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RCurly);
  });

  readonly useName = this.RULE("useName", () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.CONSUME2(t.Identifier);
    });
  });

  readonly model = this.RULE("model", () => {
    this.CONSUME(t.Model);
    this.CONSUME(t.Identifier);
    this.OPTION(() => {
      this.SUBRULE(this.parameters);
    });
    this.SUBRULE(this.body);
  });

  readonly block = this.RULE("block", () => {
    this.CONSUME(t.Block);
    this.CONSUME(t.Identifier);
    this.SUBRULE(this.parameters);
    this.OPTION(() => {
      this.CONSUME(t.Arrow);
      this.SUBRULE(this.type);
    });
    this.SUBRULE(this.body);
  });

  readonly parameters = this.RULE("parameters", () => {
    this.CONSUME(t.LParen);
    this.OPTION(() => {
      this.SUBRULE(this.parameter);
      this.MANY({
        GATE: () => this.itemFollows(),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.parameter);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RParen);
  });

  /** The set after `in` ends before the `=` of the default, though `=` is an operator in `where`. */
  readonly parameter = this.RULE("parameter", () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.type);
    this.OPTION(() => {
      this.CONSUME(t.In);
      this.SUBRULE(this.operation, { ARGS: [true] });
    });
    this.OPTION2(() => {
      this.CONSUME(t.Equals);
      this.SUBRULE(this.expression);
    });
  });

  readonly type = this.RULE("type", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Identifier) },
      { ALT: () => this.CONSUME(t.Block) },
      { ALT: () => this.SUBRULE(this.listType) },
      { ALT: () => this.SUBRULE(this.bracesType) },
    ]);
  });

  readonly listType = this.RULE("listType", () => {
    this.CONSUME(t.LSquare);
    this.SUBRULE(this.type);
    this.CONSUME(t.RSquare);
  });

  /** `{same, valid}` or `{c2: tensor, c5: tensor}` */
  readonly bracesType = this.RULE("bracesType", () => {
    this.CONSUME(t.LCurly);
    this.SUBRULE(this.bracesTypeItem);
    this.MANY({
      GATE: () => this.itemFollows(),
      DEF: () => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.bracesTypeItem);
      },
    });
    this.OPTION(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RCurly);
  });

  readonly bracesTypeItem = this.RULE("bracesTypeItem", () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      this.SUBRULE(this.type);
    });
  });

  // ---- statements -------------------------------------------------------------------------------------------------

  readonly body = this.RULE("body", () => {
    this.CONSUME(t.LCurly);
    this.MANY({ GATE: () => this.statementStarts(), DEF: () => this.SUBRULE(this.statement) });
    this.CONSUME(t.RCurly);
  });

  readonly statement = this.RULE("statement", () => {
    this.OR({
      IGNORE_AMBIGUITIES: true, // the predicates decide
      DEF: [
        { GATE: () => this.is(2, t.Identifier), ALT: () => this.SUBRULE(this.inputStatement) },
        { GATE: () => this.is(2, t.LCurly), ALT: () => this.SUBRULE(this.roleBlock) },
        { ALT: () => this.SUBRULE(this.binding) },
        { ALT: () => this.SUBRULE(this.let) },
        { ALT: () => this.SUBRULE(this.for) },
        { ALT: () => this.SUBRULE(this.if) },
        { ALT: () => this.SUBRULE(this.expect) },
        { ALT: () => this.SUBRULE(this.return) },
      ],
    });
  });

  readonly inputStatement = this.RULE("inputStatement", () => {
    this.CONSUME(t.Input);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.shape);
    this.OPTION(() => this.SUBRULE(this.where));
    this.OPTION2({ GATE: () => this.is(2, t.Identifier) && this.is(3, t.Colon), DEF: () => this.SUBRULE(this.with) });
  });

  readonly where = this.RULE("where", () => {
    this.CONSUME(t.Where);
    this.SUBRULE(this.constraints);
  });

  readonly constraints = this.RULE("constraints", () => {
    this.SUBRULE(this.operation);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.operation);
    });
  });

  readonly with = this.RULE("with", () => {
    this.CONSUME(t.With);
    this.SUBRULE(this.setting);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.setting);
    });
  });

  readonly setting = this.RULE("setting", () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.expression);
  });

  readonly roleBlock = this.RULE("roleBlock", () => {
    this.CONSUME(t.Role);
    this.SUBRULE(this.body);
  });

  readonly binding = this.RULE("binding", () => {
    this.OPTION({ GATE: () => this.is(2, t.Identifier), DEF: () => this.CONSUME(t.Role) });
    this.CONSUME(t.Identifier);
    this.MANY(() => this.SUBRULE(this.index));
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly let = this.RULE("let", () => {
    this.CONSUME(t.Let);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.expression);
  });

  readonly for = this.RULE("for", () => {
    this.CONSUME(t.For);
    this.SUBRULE(this.clauses);
    this.SUBRULE(this.body);
  });

  readonly clauses = this.RULE("clauses", () => {
    this.SUBRULE(this.clause);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.clause);
    });
  });

  readonly clause = this.RULE("clause", () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.In);
    this.SUBRULE(this.operation);
  });

  /** A loop, not a recursion, so that a thousand `else if` cannot overflow the stack. */
  readonly if = this.RULE("if", () => {
    this.CONSUME(t.If);
    this.SUBRULE(this.operation);
    this.SUBRULE(this.body);
    this.MANY({
      GATE: () => this.is(2, t.If),
      DEF: () => {
        this.CONSUME(t.Else);
        this.CONSUME2(t.If);
        this.SUBRULE2(this.operation);
        this.SUBRULE2(this.body);
      },
    });
    this.OPTION(() => {
      this.CONSUME2(t.Else);
      this.SUBRULE3(this.body);
    });
  });

  readonly expect = this.RULE("expect", () => {
    this.CONSUME(t.Expect);
    this.OR({
      IGNORE_AMBIGUITIES: true, // the predicate decides
      DEF: [
        {
          GATE: () => this.is(2, t.Identifier),
          ALT: () => {
            this.CONSUME(t.Alignment);
            this.SUBRULE(this.constraints);
          },
        },
        {
          ALT: () => {
            this.SUBRULE(this.expression);
            this.OPTION(() => {
              this.CONSUME(t.Colon);
              this.SUBRULE(this.shape);
            });
          },
        },
      ],
    });
  });

  readonly return = this.RULE("return", () => {
    this.CONSUME(t.Return);
    this.SUBRULE(this.expression);
  });

  readonly shape = this.RULE("shape", () => {
    this.CONSUME(t.LSquare);
    this.OPTION(() => {
      this.SUBRULE(this.expression);
      this.MANY({
        GATE: () => this.itemFollows(),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.expression);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RSquare);
  });

  // ---- expressions ------------------------------------------------------------------------------------------------

  /** A chain: what flows, and the steps that it flows through. */
  readonly expression = this.RULE("expression", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.conditional) },
      { ALT: () => this.SUBRULE(this.operation) },
    ]);
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.SUBRULE(this.label);
    });
    this.MANY(() => this.SUBRULE(this.step));
  });

  readonly step = this.RULE("step", () => {
    this.CONSUME(t.Arrow);
    this.CONSUME(t.Identifier);
    this.MANY(() => {
      this.CONSUME(t.Dot);
      this.CONSUME2(t.Identifier);
    });
    this.OPTION(() => this.SUBRULE(this.arguments));
    this.OPTION2(() => {
      this.CONSUME(t.As);
      this.SUBRULE(this.label);
    });
  });

  /** A label may use reserved words: checkpoints have parameters such as `model.0.block.1.weight`. */
  readonly label = this.RULE("label", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Word) },
      { ALT: () => this.SUBRULE(this.index) },
    ]);
    this.MANY(() => {
      this.OR2([
        { ALT: () => this.SUBRULE2(this.index) },
        {
          ALT: () => {
            this.CONSUME(t.Dot);
            this.CONSUME2(t.Word);
          },
        },
      ]);
    });
  });

  /** Conditions and branches that are conditionals or chains themselves need parentheses; after `else` an `if` does not. */
  readonly conditional = this.RULE("conditional", () => {
    this.CONSUME(t.If);
    this.SUBRULE(this.operation);
    this.CONSUME(t.Then);
    this.SUBRULE2(this.operation);
    this.MANY({
      GATE: () => this.is(2, t.If),
      DEF: () => {
        this.CONSUME(t.Else);
        this.CONSUME2(t.If);
        this.SUBRULE3(this.operation);
        this.CONSUME2(t.Then);
        this.SUBRULE4(this.operation);
      },
    });
    this.CONSUME2(t.Else);
    this.SUBRULE5(this.operation);
  });

  /**
   * Operands and the operators between them, flat; `precedence.ts` makes the tree. A single `=` is read here too, so
   * that `if a = 3` and `conv(64, padding = 1)` get a message of their own; only `where` and `expect alignment` allow it,
   * and before the default of a parameter it is not read at all.
   */
  readonly operation = this.RULE("operation", (beforeDefault?: boolean) => {
    this.SUBRULE(this.operand);
    this.MANY({
      GATE: () => beforeDefault !== true || !this.is(1, t.Equals),
      DEF: () => {
        this.CONSUME(t.BinaryOperator);
        this.SUBRULE2(this.operand);
      },
    });
  });

  readonly operand = this.RULE("operand", () => {
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Minus) }, { ALT: () => this.CONSUME(t.Not) }]);
    });
    this.SUBRULE(this.primary);
    this.MANY2(() => {
      this.OR2([
        { ALT: () => this.SUBRULE(this.arguments) },
        { ALT: () => this.SUBRULE(this.index) },
        { ALT: () => this.SUBRULE(this.member) },
      ]);
    });
  });

  readonly primary = this.RULE("primary", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Identifier) },
      { ALT: () => this.CONSUME(t.Int) },
      { ALT: () => this.CONSUME(t.Float) },
      { ALT: () => this.CONSUME(t.String_) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.braces) },
      { ALT: () => this.SUBRULE(this.parentheses) },
    ]);
  });

  readonly parentheses = this.RULE("parentheses", () => {
    this.CONSUME(t.LParen);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RParen);
  });

  /** `[1, 2, 3]` or `[f * 2 for f in filters if f > 64]` */
  readonly list = this.RULE("list", () => {
    this.CONSUME(t.LSquare);
    this.OPTION(() => {
      this.SUBRULE(this.expression);
      this.OPTION2({ DEF: () => this.SUBRULE(this.comprehension) });
      this.MANY({
        GATE: () => this.itemFollows(),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.expression);
        },
      });
      this.OPTION3(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RSquare);
  });

  readonly comprehension = this.RULE("comprehension", () => {
    this.CONSUME(t.For);
    this.SUBRULE(this.clauses);
    this.OPTION(() => {
      this.CONSUME(t.If);
      this.SUBRULE(this.operation);
    });
  });

  readonly braces = this.RULE("braces", () => {
    this.CONSUME(t.LCurly);
    this.OPTION(() => {
      this.SUBRULE(this.argument);
      this.MANY({
        GATE: () => this.itemFollows(),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.argument);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RCurly);
  });

  readonly arguments = this.RULE("arguments", () => {
    this.CONSUME(t.LParen);
    this.OPTION(() => {
      this.SUBRULE(this.argument);
      this.MANY({
        GATE: () => this.itemFollows(),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.argument);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RParen);
  });

  readonly argument = this.RULE("argument", () => {
    this.OPTION({
      GATE: () => this.is(2, t.Colon),
      DEF: () => {
        this.CONSUME(t.Identifier);
        this.CONSUME(t.Colon);
      },
    });
    this.SUBRULE(this.expression);
  });

  readonly index = this.RULE("index", () => {
    this.CONSUME(t.LSquare);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RSquare);
  });

  readonly member = this.RULE("member", () => {
    this.CONSUME(t.Dot);
    this.CONSUME(t.Identifier);
  });

  // ---- predicates -------------------------------------------------------------------------------------------------

  private is(ahead: number, type: TokenType): boolean {
    return tokenMatcher(this.LA(ahead), type);
  }

  /** A comma before a closing bracket is a trailing one. */
  private itemFollows(): boolean {
    return !this.is(2, t.RParen) && !this.is(2, t.RSquare) && !this.is(2, t.RCurly);
  }

  private statementStarts(): boolean {
    return startsStatement(this.LA(1).tokenType, this.LA(2).tokenType);
  }
}

const matches = (type: TokenType, wanted: TokenType): boolean =>
  type === wanted || wanted.categoryMatchesMap?.[type.tokenTypeIdx!] === true;

/** Whether a statement can start with these two tokens. Recovery looks for the next such place. */
export function startsStatement(first: TokenType, second: TokenType): boolean {
  if (first === t.Let || first === t.For || first === t.If || first === t.Expect || first === t.Return) return second !== t.Equals;
  if (!matches(first, t.Identifier)) return false;
  if (second === t.Equals || second === t.LSquare) return true;
  if (matches(first, t.Role) && (second === t.LCurly || matches(second, t.Identifier))) return true;
  return first === t.Input && matches(second, t.Identifier);
}
