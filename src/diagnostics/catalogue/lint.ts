import { defineDiagnostic } from "../diagnostic.js";
import { inModel } from "./example.js";

export const lintCheckerboard = defineDiagnostic({
  code: "lint/checkerboard",
  severity: "warning",
  message: "the kernel {kernel} is not divisible by the stride {stride}: neighbouring outputs get different numbers of taps",
  why: "A learned transposed convolution whose kernel the stride does not divide weighs outputs unevenly, which shows as a checkerboard (Odena, Dumoulin, Olah 2016).",
  help: "use a kernel that is a multiple of the stride, or resize and convolve",
  bad: inModel("head y = image -> upconv(2, 3, stride: 2)"),
  good: inModel("head y = image -> upconv(2, 4, stride: 2, padding: 1)"),
});

export const lintUnusedImport = defineDiagnostic({
  code: "lint/unused-import",
  severity: "warning",
  message: "`{name}` is brought in, but not used",
  why: "What is not used makes a reader look for its use.",
  help: "remove it from `use`",
  bad: `use std.blocks { conv_bn_relu }\n${inModel("head y = image -> conv(2, 1)")}`,
  good: `use std.blocks { conv_bn_relu }\n${inModel("head y = image -> conv_bn_relu(2, 1)")}`,
});

export const lintUnusedIgnore = defineDiagnostic({
  code: "lint/unused-ignore",
  severity: "warning",
  message: "nothing reports `{code}` here",
  why: "A comment that answers no warning hides the next one.",
  help: "remove the comment",
  bad: inModel("// segc: ignore lint/checkerboard -- as released", "head y = image -> upconv(2, 4, stride: 2)"),
  good: inModel("// segc: ignore lint/checkerboard -- as released", "head y = image -> upconv(2, 3, stride: 2)"),
});
