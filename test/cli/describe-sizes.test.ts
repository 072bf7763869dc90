import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { showRule, sizeRules } from "../../src/cli/describe-sizes.js";
import { check } from "../../src/compile.js";

const rulesOf = (path: string, text: string): readonly string[] => check({ path, text }).models.flatMap(({ network, analysis }) => sizeRules(network, analysis)).map(showRule);

test.each([
  ["unet", ["H and W: 16k + 124, k >= 4"]],
  // Whatever `where` accepts loses nothing: there is no more to say.
  ["pspnet", ["H and W: 8k + 1, k >= 0"]],
  ["linknet", ["H and W: 32k, k >= 1"]],
  ["bisenetv2", ["H and W: 32k, k >= 1"]],
  ["semantic_fpn", ["H and W: 32k, k >= 1"]],
  ["unet_milesial", ["H and W: any size >= 16; nothing is lost at 16k, k >= 1"]],
])("%s", (name, rules) => expect(rulesOf(name, readFileSync(`specs/${name}.seg`, "utf8"))).toEqual(rules));

test("what is lost is told among the sizes that are accepted", () => {
  const text = "model Net {\n  input image: [N, 3, H, W] where H % 3 == 0, W % 2 == 0\n  head y = image -> maxpool(2) -> conv(2, 1)\n}\n";
  expect(rulesOf("net.seg", text)).toEqual(["H: 3k, k >= 1; nothing is lost at 6k, k >= 1", "W: 2k, k >= 1"]);
});
