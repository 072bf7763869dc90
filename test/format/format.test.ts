import { expect, test } from "vitest";
import { format } from "../../src/format/format.js";
import { samples } from "../syntax/samples.js";
import { shown } from "../syntax/reading.js";

function formatted(text: string): string {
  const result = format({ path: "test.seg", text });
  if ("problems" in result) throw new Error(shown(result.problems).join("\n"));
  expect(format({ path: "test.seg", text: result.text })).toEqual(result);
  return result.text;
}

test.each(Object.entries(samples))("the sample %s", (_, text) => {
  expect(formatted(text)).toMatchSnapshot();
});

test("every kind of statement, and comments wherever they can be", () => {
  const text = `// header
/// Doc of M
/// second
use std.blocks { double_conv, /* alias */ conv_bn_relu as cbr, // trailing
  node }


/* before */ model M( // params
   /// number of classes
   classes: int = 2, // how many
   mode: {same, valid} = same, r: {c2: tensor, c5: tensor}, f:[int]=[1,2,3] /* last */,
   output_stride: int in {8, 16} = 16
   // dangling
) { // body
  input image: [N, 1, H, W]  where H = 16*k + 124, W = 16*m + 124 with mean: [0.5,0.5], std: [1e-3, 2]

  /// documents nothing
  encoder { // enc

    x = image -> conv(64, 3, padding: same, dilation: 2, bias: false, groups: 1) as conv1 -> batchnorm as bn1 -> relu -> maxpool(2) as _ // long
    y = x // the head
      -> relu // step 1
      // before conv
      -> conv(3 /* three */, kernel: 1) /* last */


    // end of enc
  }
  if classes == 2 { a = x } else if classes == (1 + 2) * 3 { b = -x^2 } else { c = 1 /* c */ }
  if (classes) in {1,2} { a = x }
  for j in 1..depth, i in depth-1 downto 0 { z[i - 1][j+1] = concat(x[0 .. i-1], (x -> relu) + y) -> node(f[i]*2 + 1) as layer[i-1].conv }
  for i in 1..2 { for j in 1..2 { a = 1 } }
  let q = [f * 2 for f in filters, g in 1..3 if f > 64 and not (g == 2 or f in {1, 2})]
  let w = if a then 1 else if b then 2 else 3
  let s = "a\\"b\\\\"
  let r = a + /* hidden */ b // c
   * 3
  let parens = ((a)) - (b - c) - (d * (e)) + (a ^ b) ^ c ^ -d - (-e) + (not f)
  let long = a_rather_long_name + another_rather_long_name * yet_another_rather_long_name - a_rather_long_name_2 + another
  expect   logits : [N, classes, H-184, W/2+3]
  expect parameters == 31_030_658
  expect alignment H = 16*k + 124, H >= 188
  return {c2: x, c5: y,}
}
block f(x: tensor, norm: block = batchnorm) -> {a: tensor} { return {a: x -> norm()} }
let k = 1
let l = 2
block empty() {
}
// the end

// really
`;
  expect(formatted(text)).toMatchSnapshot();
});

test("an empty file stays empty, a comment stays alone", () => {
  expect(formatted("")).toBe("");
  expect(formatted("  \n\n")).toBe("");
  expect(formatted("\n\n// c  \n\n\n")).toBe("// c\n");
});

test("line breaks of any kind become \\n, and a byte order mark goes", () => {
  expect(formatted("\ufefflet a = 1\r\n\r\n\r\nlet b = 2 // x\r\n/* y\r\n z */\r\n")).toBe("let a = 1\n\nlet b = 2 // x\n/* y\n z */\n");
});

test("no line is longer than 120 characters where it can be broken", () => {
  const text = `model M(${Array.from({ length: 20 }, (_, i) => `parameter_${i}: int = ${i}`).join(", ")}) { x = f(${Array.from({ length: 60 }, (_, i) => `a${i}`).join(", ")}) }`;
  for (const line of formatted(text).split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});

test("what cannot be read is not formatted", () => {
  const result = format({ path: "test.seg", text: "model M() { x = }" });
  expect("problems" in result && result.problems.map((problem) => problem.code)).toEqual(["syntax/unexpected"]);
});
