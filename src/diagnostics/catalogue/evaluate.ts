import { defineDiagnostic } from "../diagnostic.js";
import { inModel } from "./example.js";

const good = inModel("let width = 8", "a = image -> conv(width, 3)", "head y = a -> conv(2, 1)");

export const badOperands = defineDiagnostic({
  code: "value/bad-operands",
  severity: "error",
  message: "`{operator}` does not work on {left} and {right}",
  why: "Arithmetic is for numbers and sizes, `+ - *` also for tensors, and a list times a number scales its items.",
  help: "",
  bad: inModel("head y = image -> conv(2 + true, 1)"),
  good,
});

export const badOperand = defineDiagnostic({
  code: "value/bad-operand",
  severity: "error",
  message: "`{operator}` does not work on {operand}",
  why: "`-` is for numbers and sizes, `not` for true and false.",
  help: "",
  bad: inModel("head y = image -> conv(-true, 1)"),
  good,
});

export const divisionByZero = defineDiagnostic({
  code: "value/division-by-zero",
  severity: "error",
  message: "division by zero",
  why: "There is no such number.",
  help: "check the divisor",
  bad: inModel("head y = image -> conv(2 / 0, 1)"),
  good,
});

export const inexactDivision = defineDiagnostic({
  code: "value/inexact-division",
  severity: "error",
  message: "{size} is not divisible by {by} for every legal input size",
  why: "Sizes are whole numbers; it must be said which way to round.",
  help: "write `floor({size} / {by})` or `ceil({size} / {by})`",
  bad: inModel("head y = image -> resize(size: [H/2, W])"),
  good: inModel("head y = image -> resize(size: [floor(H/2), W])"),
});

export const notANumber = defineDiagnostic({
  code: "value/too-large",
  severity: "error",
  message: "the result of `{operator}` is not a number below 2^53",
  why: "Numbers are exact up to 2^53.",
  help: "use smaller numbers",
  bad: inModel("head y = image -> conv(2^60, 1)"),
  good,
});

export const notAList = defineDiagnostic({
  code: "value/not-a-list",
  severity: "error",
  message: "{what} must be a range or a list, this is {given}",
  why: "`for` runs over ranges (`1..4`, `4 downto 1`) and lists.",
  help: "",
  bad: inModel("for i in 3 { x[i] = image -> relu }", "head y = image -> conv(2, 1)"),
  good: inModel("for i in 1..3 { x[i] = image -> relu }", "head y = x[3] -> conv(2, 1)"),
});

export const notABool = defineDiagnostic({
  code: "value/not-a-bool",
  severity: "error",
  message: "a condition must be true or false, this is {given}",
  why: "Conditions are decided while compiling.",
  help: "compare: `if depth > 0 { ... }`",
  bad: inModel("if 1 { aux a = image -> relu }", "head y = image -> conv(2, 1)"),
  good: inModel("if 1 > 0 { aux a = image -> relu }", "head y = image -> conv(2, 1)"),
});

export const notATensor = defineDiagnostic({
  code: "value/not-a-tensor",
  severity: "error",
  message: "{what} must be a tensor, this is {given}",
  why: "Chains carry tensors, and heads are tensors.",
  help: "",
  bad: inModel("let a = 3", "head y = a -> conv(2, 1)"),
  good,
});

export const notCallable = defineDiagnostic({
  code: "value/not-callable",
  severity: "error",
  message: "`{name}` is {given}, not an operator or block",
  why: "Only operators, blocks and `block` parameters can be called.",
  help: "",
  bad: inModel("let a = 3", "head y = image -> a"),
  good,
});

export const noSuchMember = defineDiagnostic({
  code: "value/no-such-member",
  severity: "error",
  message: "{what} has no `{member}`",
  why: "`.` takes a field of a record of tensors.",
  help: "",
  bad: "block two(x: tensor) -> {a: tensor, b: tensor} { return {a: x -> relu, b: x} }\n" + inModel("p = image -> two", "head y = p.c -> conv(2, 1)"),
  good: "block two(x: tensor) -> {a: tensor, b: tensor} { return {a: x -> relu, b: x} }\n" + inModel("p = image -> two", "head y = p.a -> conv(2, 1)"),
});

export const badIndex = defineDiagnostic({
  code: "value/bad-index",
  severity: "error",
  message: "{what}",
  why: "An index is a whole number; lists count from 0.",
  help: "",
  bad: inModel("let filters = [8, 16]", "head y = image -> conv(filters[2], 1)"),
  good: inModel("let filters = [8, 16]", "head y = image -> conv(filters[1], 1)"),
});

export const duplicatePath = defineDiagnostic({
  code: "name/duplicate-path",
  severity: "error",
  message: "two steps are named `{path}`",
  why: "The path of a step names its weights, so it must be the only one.",
  help: "give one of them another name with `as`",
  bad: inModel("a = image -> conv(3, 3) as one -> conv(3, 3) as one", "head y = a -> conv(2, 1)"),
  good: inModel("a = image -> conv(3, 3) as one -> conv(3, 3) as two", "head y = a -> conv(2, 1)"),
});

export const tooManyNodes = defineDiagnostic({
  code: "limit/too-many-nodes",
  severity: "error",
  message: "the network would have more than {limit} nodes",
  why: "Elaboration is bounded, so that no spec can hang the compiler or eat the memory.",
  help: "look for a range that is larger than meant, or raise `--max-nodes`",
  bad: inModel("x[0] = image -> conv(8, 1)", "for i in 1..200 { x[i] = x[i-1] -> relu }", "head y = x[200] -> conv(2, 1)"),
  good,
  options: { maxNodes: 100 },
});

export const tooMuchWork = defineDiagnostic({
  code: "limit/too-much-work",
  severity: "error",
  message: "the spec takes more than {limit} steps to work out",
  why: "Elaboration is bounded, so that no spec can hang the compiler.",
  help: "look for nested ranges that are larger than meant",
  bad: inModel("for i in 1..1000, j in 1..1000, k in 1..1000 { let a = i * j * k }", "head y = image -> conv(2, 1)"),
  good,
});

export const tooDeep = defineDiagnostic({
  code: "limit/too-deep",
  severity: "error",
  message: "blocks call each other more than {limit} deep",
  why: "Blocks do not recur; blocks that are handed to each other as arguments could.",
  help: "do not hand a block to itself",
  bad: "block f(x: tensor, g: block) { return x -> g(g) }\n" + inModel("head y = image -> f(f)"),
  good,
});

export const expectFailed = defineDiagnostic({
  code: "expect/failed",
  severity: "error",
  message: "{expectation} does not hold: {truth}",
  why: "`expect` states a fact about the network, which is checked for every legal input size.",
  help: "correct the network, or the expectation",
  bad: inModel("head y = image -> conv(2, 1)", "expect parameters == 9"),
  good: inModel("head y = image -> conv(2, 1)", "expect parameters == 8"),
});

export const badConstraint = defineDiagnostic({
  code: "where/bad-constraint",
  severity: "error",
  message: "`{text}` is not a condition on an input size",
  why: "`where` takes equations such as `H = 16*k + 124` (k any whole number), bounds such as `H >= 188` and remainders such as `H % 32 == 0`.",
  help: "write one of these forms, with a symbol of the input's shape on the left",
  bad: "model Example {\n  input image: [N, 3, H, W] where H = W*W\n  head y = image -> conv(2, 1)\n}\n",
  good: "model Example {\n  input image: [N, 3, H, W] where H = 16*k + 4\n  head y = image -> conv(2, 1)\n}\n",
});

export const badInputShape = defineDiagnostic({
  code: "input/bad-shape",
  severity: "error",
  message: "{what}",
  why: "An input's shape is a list of whole numbers of at least 1, symbols such as N, H and W, and sums of them; channels are a number.",
  help: "for an image: `[N, 3, H, W]`",
  bad: "model Example {\n  input image: [N, 3, true, W]\n  head y = image -> conv(2, 1)\n}\n",
  good,
});

export const badSetting = defineDiagnostic({
  code: "input/bad-setting",
  severity: "error",
  message: "{what}",
  why: "`with` says what the input is: `type` (float32, int64 or bool), and how an image becomes it: `order: rgb` or `bgr`, `scale` (largest value), `mean`, `std` (one for each channel), `natural` ([height, width] of typical images).",
  help: "",
  bad: "model Example {\n  input image: [N, 3, H, W] with mean: [0.5]\n  head y = image -> conv(2, 1)\n}\n",
  good: "model Example {\n  input image: [N, 3, H, W] with mean: [0.5, 0.5, 0.5]\n  head y = image -> conv(2, 1)\n}\n",
});

export const badOverride = defineDiagnostic({
  code: "set/bad-override",
  severity: "error",
  message: "{what}",
  why: "`--set name=value` gives a parameter of the model another value.",
  help: "",
  bad: inModel("head y = image -> conv(2, 1)"),
  good,
  options: { set: ["classes=3"] },
});

export const counterReused = defineDiagnostic({
  code: "where/counter-reused",
  severity: "error",
  message: "`{counter}` already counts the sizes of {symbol}",
  why: "The same letter in two equations would say that the two sizes belong together, which no network needs.",
  help: "use another letter: `where H = 4*k, W = 4*m`",
  bad: "model Example {\n  input image: [N, 3, H, W] where H = 4*k, W = 4*k\n  head y = image -> conv(2, 1)\n}\n",
  good: "model Example {\n  input image: [N, 3, H, W] where H = 4*k, W = 4*m\n  head y = image -> conv(2, 1)\n}\n",
});

export const contradiction = defineDiagnostic({
  code: "where/contradiction",
  severity: "error",
  message: "together the conditions leave no value for {symbol}",
  why: "`where` must accept some size.",
  help: "remove one of the conditions",
  bad: "model Example {\n  input image: [N, 3, H, W] where H = 2*k, H = 2*m + 1\n  head y = image -> conv(2, 1)\n}\n",
  good: "model Example {\n  input image: [N, 3, H, W] where H = 2*k, W = 2*m + 1\n  head y = image -> conv(2, 1)\n}\n",
});
