import { defineDiagnostic } from "../diagnostic.js";
import { inModel } from "./example.js";

const good = inModel("a = image -> conv(8, 3)", "head y = a -> conv(2, 1)");

export const unknownName = defineDiagnostic({
  code: "name/unknown",
  severity: "error",
  message: "`{name}` is not defined",
  why: "A name is a parameter, a binding or `let` above, a block of this file, something brought in by `use`, or an operator.",
  help: "",
  bad: inModel("a = image -> conv(8, 3)", "head y = b -> conv(2, 1)"),
  good,
});

export const unknownOperator = defineDiagnostic({
  code: "name/unknown-operator",
  severity: "error",
  message: "there is no operator or block `{name}`",
  why: "A step of a chain is an operator, a block of this file, a block brought in by `use`, or a `block` parameter.",
  help: "`segc explain operators` lists them",
  bad: inModel("head y = image -> convolve(2, 1)"),
  good,
});

export const duplicateName = defineDiagnostic({
  code: "name/duplicate",
  severity: "error",
  message: "`{name}` is already defined",
  why: "A binding is an equation: each name is given once, so that what it stands for can be read off.",
  help: "give it another name, or use an indexed family such as `x[0]`, `x[1]`",
  bad: inModel("a = image -> conv(8, 3)", "a = a -> relu", "head y = a -> conv(2, 1)"),
  good,
});

export const notBoundYet = defineDiagnostic({
  code: "name/not-bound",
  severity: "error",
  message: "`{name}` has no value here: {why}",
  why: "Elements of a family and names inside `if` have a value only after the statement that gives it has run.",
  help: "check the range of the index, and the order of the statements",
  bad: inModel("x[0] = image -> conv(8, 3)", "head y = x[1] -> conv(2, 1)"),
  good: inModel("x[0] = image -> conv(8, 3)", "head y = x[0] -> conv(2, 1)"),
});

export const unknownModule = defineDiagnostic({
  code: "use/unknown-module",
  severity: "error",
  message: "there is no module `{module}`",
  why: "`use std.name` reads the standard library; `use \"./name.seg\"` reads a file relative to this one, inside the project.",
  help: "",
  bad: `use std.vggg { vgg16 }\n${good}`,
  good,
});

export const notExported = defineDiagnostic({
  code: "use/not-in-module",
  severity: "error",
  message: "`{module}` has no `{name}`",
  why: "Blocks and top-level `let`s of a module can be used by their names.",
  help: "",
  bad: `use std.blocks { triple_conv }\n${good}`,
  good,
});

export const moduleCycle = defineDiagnostic({
  code: "use/cycle",
  severity: "error",
  message: "modules use each other in a circle: {cycle}",
  why: "A module is read before the one that uses it, which a circle makes impossible.",
  help: "move what both need into a third module",
  bad: `use "./other.seg" { once }\n${inModel("head y = image -> once -> conv(2, 1)")}`,
  good,
  options: { files: { "other.seg": 'use "./example.seg" { Example }\nblock once(x: tensor) { return x -> relu }\n' } },
});

export const outsideRoot = defineDiagnostic({
  code: "use/outside-project",
  severity: "error",
  message: "`{path}` lies outside the project",
  why: "A spec reads only files below the project's folder, so that checking a stranger's spec is safe and a project stays whole when it is moved.",
  help: "use a path inside the project, relative to this file",
  bad: `use "../../../secret.seg" { node }\n${good}`,
  good,
});

export const recursion = defineDiagnostic({
  code: "block/recursion",
  severity: "error",
  message: "block `{name}` uses itself: {cycle}",
  why: "Every spec comes to an end: blocks do not recur. A repetition is an indexed family.",
  help: "write the recurrence as a family: `x[0] = ...` and `for i in 1..n { x[i] = x[i-1] -> ... }`",
  bad: "block again(x: tensor) { return x -> again }\n" + inModel("head y = image -> again"),
  good: "block once(x: tensor) { return x -> relu }\n" + inModel("head y = image -> once"),
});

export const unknownArgument = defineDiagnostic({
  code: "argument/unknown",
  severity: "error",
  message: "`{callee}` has no parameter `{name}`",
  why: "Arguments are given by position or by the name of the parameter.",
  help: "",
  bad: inModel("head y = image -> conv(2, kernal: 1)"),
  good,
});

export const missingArgument = defineDiagnostic({
  code: "argument/missing",
  severity: "error",
  message: "`{callee}` needs {what}",
  why: "Parameters without a default must be given.",
  help: "",
  bad: inModel("head y = image -> conv"),
  good,
});

export const tooManyArguments = defineDiagnostic({
  code: "argument/too-many",
  severity: "error",
  message: "`{callee}` takes {most} arguments here, {given} are given",
  why: "In a chain the tensor on the left of `->` is the first argument.",
  help: "",
  bad: inModel("head y = image -> relu(1)"),
  good,
});

export const repeatedArgument = defineDiagnostic({
  code: "argument/repeated",
  severity: "error",
  message: "`{name}` is given twice",
  why: "Each parameter takes one argument; a chain gives the first.",
  help: "remove one of them",
  bad: inModel("head y = image -> conv(2, channels: 1)"),
  good,
});

export const positionalAfterNamed = defineDiagnostic({
  code: "argument/positional-after-named",
  severity: "error",
  message: "an argument without a name cannot follow named ones",
  why: "Its position would no longer say which parameter is meant.",
  help: "name it too",
  bad: inModel("head y = image -> conv(channels: 2, 1)"),
  good,
});

export const wrongType = defineDiagnostic({
  code: "argument/wrong-type",
  severity: "error",
  message: "{what} must be {wanted}, this is {given}",
  why: "Parameters are typed, so that a slip is found where it was made.",
  help: "",
  bad: inModel("head y = image -> conv(2, kernel: \"three\")"),
  good,
});

export const notAllowed = defineDiagnostic({
  code: "argument/not-allowed",
  severity: "error",
  message: "{what} must be {wanted}, this is {given}",
  why: "The parameter says which values it accepts.",
  help: "",
  bad: inModel("head y = image -> conv(0, 1)"),
  good,
});

export const noInput = defineDiagnostic({
  code: "model/no-input",
  severity: "error",
  message: "model `{name}` has no `input`",
  why: "A network computes its heads from its inputs.",
  help: "add `input image: [N, 3, H, W]`",
  bad: "model Empty {\n}\n",
  good,
});

export const noOutput = defineDiagnostic({
  code: "model/no-head",
  severity: "error",
  message: "model `{name}` has no `head`",
  why: "What the network gives is marked with the role `head` (or `aux`).",
  help: "put `head` before the binding of the result",
  bad: inModel("y = image -> conv(2, 1)"),
  good,
});

export const noReturn = defineDiagnostic({
  code: "block/no-return",
  severity: "error",
  message: "block `{name}` returns nothing",
  why: "A block is a function from tensors to a tensor or a record of tensors.",
  help: "end it with `return ...`",
  bad: "block lost(x: tensor) { a = x -> relu }\n" + inModel("head y = image -> lost"),
  good,
});

export const misplaced = defineDiagnostic({
  code: "statement/misplaced",
  severity: "error",
  message: "`{statement}` does not belong in {where}",
  why: "A model has inputs, heads and expectations; a block has parameters and a `return`.",
  help: "",
  bad: "block b(x: tensor) { input y: [N, 3, H, W] return x -> relu }\n" + inModel("head y = image -> b"),
  good,
});

export const unknownModel = defineDiagnostic({
  code: "model/unknown",
  severity: "error",
  message: "there is no model `{name}`",
  why: "A model of a file is chosen by its name.",
  help: "",
  bad: good,
  good,
  options: { model: "Exemple" },
});

export const noModel = defineDiagnostic({
  code: "model/none",
  severity: "error",
  message: "{file} has no model to compile",
  why: "A file of blocks is a library: it is used by others, and cannot be compiled on its own.",
  help: "compile a file with a `model`, or add one that uses the blocks",
  bad: "block once(x: tensor) { return x -> relu }\n",
  good,
  options: { compile: true },
});

export const severalModels = defineDiagnostic({
  code: "model/several",
  severity: "error",
  message: "{file} has {count} models",
  why: "One model is compiled at a time.",
  help: "",
  bad: `${good}${good.replace("Example", "Other")}`,
  good,
  options: { compile: true },
});
