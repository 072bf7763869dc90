import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import type { Network } from "../../src/network/network.js";
import { positionOf } from "../../src/source/source.js";
import { nearNamesAmong } from "../../src/weights/near-names.js";
import { matchWeights, wantedBy } from "../../src/weights/match-weights.js";
import type { CheckpointTensor } from "../../src/weights/readers/open-checkpoint.js";
import { parseRenames, renamed } from "../../src/weights/renames.js";

const text = `model Net(classes: int = 4) {
  input image: [N, 3, H, W]
  encoder f = image -> conv(8, 3, bias: false) as backbone.conv1 -> batchnorm as backbone.bn1 -> relu
  fc = f -> conv(16, 2, padding: valid) as fc6 -> relu
  up = fc -> conv(classes, 1) as score -> upconv(classes, 4, stride: 2) as up
  head out = up -> conv(classes, 1) as classifier[4]
}
`;

function network(set: Record<string, string> = {}): Network {
  const { model, problems } = compile({ path: "net.seg", text }, { set });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!.network;
}

const tensor = (name: string, shape: readonly number[], trouble?: string): CheckpointTensor => ({
  name, shape, dtype: "F32", elements: shape.reduce((a, b) => a * b, 1), ...(trouble === undefined ? {} : { trouble }),
});
const all = (of: Network): CheckpointTensor[] => wantedBy(of).map(({ parameter }) => tensor(parameter.name, parameter.shape));
const match = (tensors: readonly CheckpointTensor[], renames = "", of = network(), format: "torch" | "onnx" = "torch") => matchWeights(of, { tensors, format }, parseRenames(renames, "map.txt"));
const names = (list: readonly { readonly parameter: { readonly name: string } }[]): string[] => list.map(({ parameter }) => parameter.name);

test("everything in its place; counters of batches are ignored", () => {
  const found = match([...all(network()), tensor("backbone.bn1.num_batches_tracked", [])]);
  expect(found).toMatchObject({ complete: true, missing: [], unexpected: [], otherShape: [], ignored: ["backbone.bn1.num_batches_tracked"], prefix: "" });
  expect(found.sources.size).toBe(wantedBy(network()).length);
});

test("missing and unexpected name each other, with the line that wants it", () => {
  const tensors = all(network()).map((one) => (one.name === "fc6.weight" ? { ...one, name: "fc_6.weight" } : one));
  const found = match(tensors);
  expect(found.complete).toBe(false);
  expect(found.missing).toMatchObject([{ parameter: { name: "fc6.weight" }, near: ["fc_6.weight"] }]);
  expect(found.unexpected).toMatchObject([{ tensor: { name: "fc_6.weight" }, near: ["fc6.weight"] }]);
  const { place } = found.missing[0]!;
  expect(positionOf(place.file, place.span.start).line).toBe(4);
});

test("thousands of names that fit nowhere are compared in bounded time", () => {
  const started = process.cpuUsage(); // other tests share the machine
  const near = nearNamesAmong(Array.from({ length: 20_000 }, (_, i) => ({ name: `encoder.layers.${i}.attention.w${i}`, shape: [8, 8] })));
  for (let i = 0; i < 2_000; i++) expect(near({ name: `backbone.stage${i}.conv${i}.kernel${i}`, shape: [8, 8] }).length).toBeLessThan(4);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
});

test("thousands of tensors that claim one name, and names of thousands of parts, take bounded time", () => {
  const started = process.cpuUsage(); // other tests share the machine
  expect(match(Array.from({ length: 100_000 }, (_, i) => tensor(`t${i}`, [1])), "* -> fc6.weight\n").ambiguous).toHaveLength(1);
  match(Array.from({ length: 3_000 }, (_, i) => tensor(`${"a.".repeat(1500)}${i}`, [1])));
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
});

test("a prefix that only the network's names have is suggested as a rename, and the rename works", () => {
  const tensors = all(network()).filter(({ name }) => name.startsWith("backbone.")).map((one) => ({ ...one, name: one.name.slice("backbone.".length) }));
  const found = match(tensors, "");
  expect(found.missing).toHaveLength(wantedBy(network()).length);
  expect(found.suggestion).toBe("* -> backbone.*");
  expect(match(tensors, found.suggestion).sources.size).toBe(5);
});

test("a wrapper's prefix is left out where that finds more, even if not all names have it", () => {
  const tensors = [...all(network()).map((one) => ({ ...one, name: `model.${one.name}` })), tensor("loss.weight", [4])];
  expect(match(tensors)).toMatchObject({ prefix: "model.", missing: [], unexpected: [{ tensor: { name: "loss.weight" } }] });
});

test("a network whose own names begin with a wrapper's word finds them again", () => {
  const own = compile({ path: "net.seg", text: "model Own {\n  input image: [N, 3, H, W]\n  head out = image -> conv(2, 1) as model.last\n}\n" }).model!.network;
  const tensors = [tensor("last.weight", [2, 3, 1, 1]), tensor("last.bias", [2])];
  expect(matchWeights(own, { tensors, format: "torch", prefix: "model." })).toMatchObject({ complete: true });
});

test("another number of classes: a new head, and only that", () => {
  const found = match(all(network()), "", network({ classes: "7" }));
  expect(found.complete).toBe(true);
  expect(found.head).toMatchObject({ classes: 7, was: 4 });
  expect(names(found.head!.parameters)).toEqual(["score.weight", "score.bias", "up.weight", "up.bias", "classifier.4.weight", "classifier.4.bias"]);
  expect(found.sources.size).toBe(wantedBy(network()).length - 6);
});

test("shapes that differ for another reason are no new head", () => {
  const change = (name: string, shape: readonly number[]) => all(network()).map((one) => (one.name === name ? tensor(name, shape) : one));
  expect(names(match(change("backbone.conv1.weight", [8, 1, 3, 3])).otherShape)).toEqual(["backbone.conv1.weight"]);
  const inconsistent = change("score.weight", [9, 16, 1, 1]).map((one) => (one.name === "score.bias" ? tensor(one.name, [5]) : one));
  expect(names(match(inconsistent).otherShape)).toEqual(["score.weight", "score.bias"]);
});

test("a linear layer is the convolution that it has the values of", () => {
  const found = match(all(network()).map((one) => (one.name === "fc6.weight" ? tensor("fc6.weight", [16, 32]) : one)));
  expect(found).toMatchObject({ complete: true, reshaped: [{ parameter: { name: "fc6.weight" } }] });
});

test("two names that become one are no match, and unreadable ones are said", () => {
  const found = match([...all(network()), tensor("old.fc6.bias", [16])], "old.* -> *");
  expect(found.ambiguous).toMatchObject([{ parameter: { name: "fc6.bias" }, tensors: ["fc6.bias", "old.fc6.bias"] }]);
  const broken = match(all(network()).map((one) => (one.name === "up.bias" ? tensor("up.bias", [4], "it is an object") : one)));
  expect(names(broken.unreadable)).toEqual(["up.bias"]);
});

test("constants among the initialisers of an ONNX file do not count against it", () => {
  expect(match([...all(network()), tensor("axes", [2])], "", network(), "onnx")).toMatchObject({ complete: true, unexpected: [] });
});

test("renames: the first line that fits, stars as short as can be, nothing drops", () => {
  const renames = parseRenames("# comment\na.*.b.* -> x.*.y.*  # tail\r\n*.gamma -> *.weight\nhead.* ->\n\nexact -> other\n", "m");
  const of = (name: string): string | undefined => renamed(name, renames);
  expect(of("a.1.b.2.b.3")).toBe("x.1.y.2.b.3");
  expect(of("bn.gamma")).toBe("bn.weight");
  expect(of("head.weight")).toBeUndefined();
  expect(of("exact")).toBe("other");
  expect(of("exactly")).toBe("exactly");
  expect(of("a..b.")).toBe("x..y.");
  expect(renamed("ab", parseRenames("a*ab -> *", "m"))).toBe("ab");
  expect(() => parseRenames("a b", "m.txt")).toThrow("m.txt, line 1: `a b` is not of the form");
  expect(() => parseRenames("\na.* -> *.*", "m.txt")).toThrow("line 2");
  const started = process.cpuUsage(); // other tests share the machine
  renamed("a".repeat(4000), parseRenames(`${"*a".repeat(500)}*b -> x`, "m"));
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(200);
});
