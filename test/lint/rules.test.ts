/** Rules against the sheets: coverage of dilations, valid weights, the crops of FCN, what stays on the GPU. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type CompileOptions, check, compile } from "../../src/compile.js";
import { networkRules, programRules, useRules } from "../../src/lint/rules/index.js";
import { operators } from "../../src/operators/index.js";

const found = (text: string, code: string, options: CompileOptions = {}) => check({ path: "net.seg", text }, options).problems.filter((problem) => problem.code === code);
const model = (...lines: string[]): string => `model M() {\n  input image: [N, 3, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
const spec = (name: string): string => readFileSync(`specs/${name}.seg`, "utf8");

test("every rule's code is its own, and begins with lint/", () => {
  const codes = [...networkRules, ...programRules, ...useRules].map(({ entry }) => entry.code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => code.startsWith("lint/"))).toBe(true);
});

describe("dilation holes", () => {
  // rates, span, elements that are never read
  test.each([
    ["1,2,5", 17, 0], ["1,2,9", 25, 4], ["1,2,3", 13, 0], ["1,2,4", 15, 0], ["1,3,9", 27, 0], ["1,2,5,9", 35, 0], ["2,2,2", 13, 6], ["2,4,8", 29, 14], ["4,8,16", 57, 42],
    ["2,3,5", 21, 2], ["3,4,5", 25, 4], ["5,9,17", 63, 36], ["1,1,2,4,8,16,1", 67, 0], ["1,1,2,4,8,16,32,64,1", 259, 0], ["1,2,5,1,2,5", 33, 0],
  ])("%s", (rates, span, missing) => {
    const chain = rates.split(",").map((rate) => `conv(4, 3, dilation: ${rate})`).join(" -> ");
    const problems = found(model(`head y = image -> ${chain} -> conv(2, 1)`), "lint/dilation-holes");
    if (missing === 0) expect(problems).toEqual([]);
    else expect(problems.map(({ message }) => message)).toEqual([`dilations ${rates.split(",").join(", ")} leave holes: of ${span} elements of \`image\` in a row, ${missing} are never read`]);
  });

  test("a shortcut does not fill what lies between", () => {
    const text = model("a = image -> conv(4, 1)", "b = a + (a -> conv(4, 3, dilation: 2))", "c = b + (b -> conv(4, 3, dilation: 2))", "head y = c -> conv(2, 1)");
    expect(found(text, "lint/dilation-holes")).toHaveLength(1);
  });
  test("a dense branch fills it", () => {
    const text = model("a = image -> conv(4, 1)", "b = (a -> conv(4, 9)) + (a -> conv(4, 3, dilation: 2) -> conv(4, 3, dilation: 2))", "head y = b -> conv(2, 1)");
    expect(found(text, "lint/dilation-holes")).toEqual([]);
  });
  test("along the width alone", () => {
    const text = model("head y = image -> conv(4, 3, dilation: [1, 2]) -> conv(4, 3, dilation: [1, 4]) -> conv(2, 1)");
    expect(found(text, "lint/dilation-holes")).toHaveLength(1);
  });
  test("cost is linear: a long chain of dilated layers", () => {
    const text = model("a[0] = image -> conv(3, 3)", "for i in 1..3000 { a[i] = a[i-1] + (a[i-1] -> conv(3, 3, dilation: 2)) }", "head y = a[3000] -> conv(2, 1)");
    const start = process.cpuUsage(); // other tests share the machine
    expect(found(text, "lint/gridding")).toHaveLength(1);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000);
  });
});

describe("degenerate rates", () => {
  const net = (rate: number, padding: number | string = rate): string => model(`head y = image -> conv(4, 3, dilation: ${rate}, padding: ${padding}) -> conv(2, 1)`).replace("H, W]", "H, W] with natural: [33, 33]");
  test.each([[36, "1"], [28, "1.7"]])("rate %i on 33: %s taps", (rate, mean) => {
    const [problem] = found(net(rate), "lint/degenerate-rate");
    const share = (((33 + 2 * Math.max(33 - rate, 0)) / 33) ** 2).toFixed(2);
    expect(problem!.message).toContain(`${Number(share)} of the 9 taps`);
    expect(Number(share)).toBeCloseTo(Number(mean), 0);
  });
  test.each([6, 12, 18])("rate %i on 33 is DeepLab's own", (rate) => expect(found(net(rate), "lint/degenerate-rate")).toEqual([]));
  test("without a stated size nothing is claimed", () => expect(found(net(36).replace(" with natural: [33, 33]", ""), "lint/degenerate-rate")).toEqual([]));
});

describe("crops", () => {
  test.each([["offset: 5", "offset: 4", 5], ["offset: 9", "offset: 11", 9], ["offset: 31", "offset: 30", 31]])("FCN-8s with %s as %s: the aligned offset is %i", (right, wrong, aligned) => {
    const text = spec("fcn8s").replace(right, wrong).replace(/^ *expect .*$/gm, "");
    const [problem, ...others] = found(text, "lint/crop-off-centre");
    expect(others).toEqual([]);
    expect(problem!.help).toBe(`the aligned offset is ${aligned}: \`offset: ${aligned}\``);
    expect(problem!.fix).toMatchObject({ safe: false, edits: [{ text: String(aligned) }] });
  });
  test("the released offsets are aligned", () => {
    for (const name of ["fcn8s", "fcn16s", "fcn32s", "unet"]) expect(found(spec(name), "lint/crop-off-centre")).toEqual([]);
  });
});

describe("off the grid", () => {
  test("align_corners mixed with half-pixel: the help names the other convention", () => {
    const text = model(
      "a = image -> conv(8, 3, stride: 2, padding: 1)", "b = a -> conv(8, 3, stride: 2, padding: 1) -> conv(8, 3, stride: 2, padding: 1)",
      "c = b -> conv(4, 1) -> resize(like: a, align_corners: true)", "d = b -> conv(4, 1) -> resize(like: a)", "head y = concat(c, d) -> conv(2, 1) -> resize(like: image)",
    );
    const [problem] = found(text, "lint/off-grid");
    expect(problem!.message).toContain("1.5 elements (3 pixels");
    expect(problem!.help).toContain("`align_corners: true` in the resize of `d.resize`");
  });
  test("a shifted transposed convolution", () => {
    const net = (padding: string): string => model("a = image -> conv(8, 3) -> relu", `b = a -> maxpool(2) -> upconv(8, 4, stride: 2, ${padding})`, "head y = (a + b) -> conv(2, 1)").replace("H, W]", "H, W] where H = 2*k, W = 2*m");
    expect(found(net("padding: 1"), "lint/off-grid")).toEqual([]);
    expect(found(net("padding: [2, 2, 0, 0]"), "lint/off-grid")).toHaveLength(1);
  });
});

describe("two resizes in a row", () => {
  test.each([
    ["resize(scale: 2) -> resize(scale: 3)", 1], ["resize(scale: 2) -> relu -> resize(scale: 3)", 0], ["resize(size: [8, 8]) -> resize(like: image)", 1],
    ["adaptive_avgpool([7, 7]) -> resize(like: image)", 0], ["conv(48, 1) -> pixel_shuffle(2) -> pixel_shuffle(2)", 0],
  ])("%s: %i", (chain, count) => expect(found(model(`head y = image -> ${chain} -> conv(2, 1)`).replace("H, W]", "30, 30]"), "lint/double-resize")).toHaveLength(count));
});

describe("comments", () => {
  const twice = "block up(x: tensor) {\n  return x -> upconv(2, 3, stride: 2)\n}\n";
  test("speak of what a block finds that is called on their line", () => {
    expect(found(`${twice}${model("// segc: ignore lint/checkerboard -- as released", "head y = image -> up")}`, "lint/checkerboard")).toEqual([]);
    expect(found(`${twice}${model("head y = image -> up")}`, "lint/checkerboard")).toHaveLength(1);
  });
  test("two above one line both speak of it", () => {
    const text = model("// segc: ignore lint/checkerboard -- a", "// segc: ignore lint/bias-before-norm -- b", "a = image -> upconv(2, 3, stride: 2) -> batchnorm", "head y = a -> conv(2, 1)");
    expect(check({ path: "net.seg", text }).problems).toEqual([]);
  });
  test("for a size or a device are not called unused", () => {
    expect(check({ path: "net.seg", text: model("// segc: ignore shape/pool-drops-pixels -- known", "head y = image -> maxpool(2) -> conv(2, 1)") }).problems).toEqual([]);
  });
});

describe("what leaves the GPU", () => {
  // Left to the CPU.
  const cpu = new Set([
    "MaxUnpool", "Upsample", "GroupNormalization", "MeanVarianceNormalization", "LRN", "LogSoftmax", "Selu", "Celu", "Softsign", "Sum", "Mean", "Hardmax", "Round", "Sign", "SpaceToDepth",
    "LpPool", "CenterCropPad", "And", "Or", "IsNaN", "IsInf", "NonZero", "OneHot", "RandomNormalLike", "AffineGrid", "DeformConv", "Attention",
  ]);
  const told = (text: string): boolean => found(`// segc: target webgpu\n${text}`, "lint/leaves-gpu").length > 0;
  test.each(operators.map((operator) => [operator.name, operator] as const))("%s: the table says what it is lowered to", (_, operator) => {
    const lines = operator.example.split("\n");
    const text = `model M() {\n  input x: [N, 4, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}  head result = y\n}\n`;
    const ops = (options: CompileOptions): boolean => {
      const { model: compiled } = compile({ path: "net.seg", text }, options);
      return compiled!.onnx.nodes.some((node) => cpu.has(node.op) || (node.op === "MaxPool" && node.outputs.length > 1));
    };
    expect(told(text), "at any size").toBe(ops({}));
    expect(told(text.replace("[N, 4, H, W]", "[1, 4, 12, 12]").replaceAll("[N, H, W]", "[1, 12, 12]")), "at one size").toBe(ops({ size: { height: 12, width: 12, batch: 1 } }));
  });
  test("unpooling stays, unless its indices are needed", () => {
    const unpooling = (window: string, ...more: string[]): string => model(`p = image -> maxpool_indices(${window})`, "head y = p.output -> unpool(p.indices, like: image)", ...more);
    for (const target of ["webgpu", "cuda"]) {
      const says = (text: string) => found(`// segc: target ${target}\n${text}`, "lint/leaves-gpu");
      const both = target === "webgpu" ? 2 : 1;
      expect(says(unpooling("2"))).toEqual([]);
      expect(says(unpooling("3, padding: 1, ceil: true"))).toEqual([]);
      expect(says(unpooling("3, stride: 2"))).toHaveLength(both);
      expect(says(unpooling("2, dilation: 2"))).toHaveLength(both);
      expect(says(unpooling("2", "head indices = p.indices"))).toHaveLength(both);
    }
  });

  test("SegNet and ENet stay, told by a comment; SegNet-Basic begins with what does not", () => {
    for (const name of ["segnet", "segnet_bayesian", "enet"]) for (const target of ["webgpu", "cuda"]) expect(found(`// segc: target ${target}\n${spec(name)}`, "lint/leaves-gpu")).toEqual([]);
    expect(found(`// segc: target webgpu\n${spec("segnet_basic")}`, "lint/leaves-gpu").map(({ message }) => message)).toEqual([expect.stringContaining("`lrn`")]);
  });
});

describe("adaptive pooling", () => {
  const net = (cells: number, size = "H, W"): string => `// segc: target webgpu\n${model(`head y = image -> adaptive_avgpool(${cells}) -> resize(like: image) -> conv(2, 1)`)}`.replace("H, W]", `${size}]`);
  test("leaves where its windows depend on the size", () => {
    expect(found(net(3), "lint/leaves-gpu")).toHaveLength(1);
    expect(found(net(1), "lint/leaves-gpu")).toEqual([]);
    expect(found(net(3, "64, 64"), "lint/leaves-gpu")).toEqual([]);
  });
});

describe("the use of a network, asked for by the library's caller", () => {
  const text = model("head y = image -> conv(4, 3, dilation: 40, padding: 40) -> conv(2, 1)");
  test("a size: rates that degenerate there", () => {
    expect(found(text, "lint/degenerate-rate")).toEqual([]);
    expect(found(text, "lint/degenerate-rate", { size: { height: 33, width: 33 } })).toHaveLength(1);
    expect(found(text, "lint/degenerate-rate", { size: { height: 513, width: 513 } })).toEqual([]);
    expect(found(text, "lint/degenerate-rate", { size: { batch: 2 } })).toEqual([]);
  });
  test("a device, a budget, objects", () => {
    const segnet = spec("segnet_basic");
    expect(found(segnet, "lint/leaves-gpu", { use: { target: "webgpu" } }).length).toBeGreaterThan(0);
    expect(found(segnet, "lint/memory", { use: { memory: 2 ** 20 } }).length).toBeGreaterThan(0);
    expect(found(segnet, "lint/small-field", { use: { object: 400 } })).toHaveLength(1);
    for (const code of ["lint/leaves-gpu", "lint/memory", "lint/small-field"]) expect(found(segnet, code)).toEqual([]);
  });
  test("outdoes what the file says, and nothing is told twice", () => {
    const segnet = `// segc: object 400\n${spec("segnet_basic")}`;
    expect(found(segnet, "lint/small-field", { use: { object: 50 } })).toEqual([]);
    expect(found(segnet, "lint/small-field", { use: { object: 500 } }).map(({ message }) => message)).toEqual([expect.stringContaining("500")]);
  });
  test("comments answer it", () => {
    const ignored = text.replace("  head y", "  // segc: ignore lint/degenerate-rate -- tried\n  head y");
    expect(found(ignored, "lint/degenerate-rate", { size: { height: 33, width: 33 } })).toEqual([]);
  });
  test("compile says the same", () => {
    const { problems } = compile({ path: "net.seg", text }, { size: { height: 33, width: 33 }, use: { memory: 1000 } });
    expect(problems.map(({ code }) => code).sort()).toEqual(["lint/degenerate-rate", "lint/memory"]);
  });
});

describe("the zoo", () => {
  test("FCN's fc6 is over a budget of 256 MiB, and named", () => {
    const [problem] = found(`// segc: memory 256 MiB\n${spec("fcn8s")}`, "lint/memory");
    expect(problem!.message).toBe("the weight `fc6.weight` takes 392 MiB, more than the budget of 256 MiB");
  });
  test("a patch of 200 pixels is more than SegNet-Basic sees", () => {
    expect(found(`// segc: object 400\n${spec("segnet_basic")}`, "lint/small-field")).toHaveLength(1);
    expect(found(`// segc: object 50\n${spec("segnet_basic")}`, "lint/small-field")).toEqual([]);
  });
});
