/** What the ONNX file says of itself besides the graph. */
import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils";
import type { Analysis } from "../analyses/analyse.js";
import type { Program } from "../bind/program.js";
import type { Network } from "../network/network.js";
import { formula, sizesOf } from "../tensor/index.js";
import { version } from "../version.js";

/** SHA-256 of a text in UTF-8, in hexadecimal. */
export type TextDigest = (text: string) => string;

/** For hosts that have none of their own, which is faster. */
const sha256OfText: TextDigest = (text) => bytesToHex(sha256(utf8ToBytes(text)));

export function metadata(program: Program, network: Network, analysis: Analysis, digestOf: TextDigest = sha256OfText): readonly (readonly [string, string])[] {
  const setting = new Map(network.settings);
  return [
    ["segc.version", version],
    ["segc.model", network.name],
    ["segc.spec", network.file],
    ["segc.digest", digestOf(origin(program, network))],
    ["segc.settings", JSON.stringify(Object.fromEntries(network.settings))],
    ["segc.roles", JSON.stringify(Object.fromEntries(network.outputs.map((output) => [output.name, output.role])))],
    ...(setting.has("classes") ? [["segc.classes", setting.get("classes")!] as const] : []),
    ["segc.image", JSON.stringify(Object.fromEntries(network.inputs.map((input) => [input.name, input.image])))],
    ...analysis.alignment.flatMap(({ symbol, base, formula: lossless }) => [
      [`segc.sizes.${symbol}`, formula(sizesOf(network.legal, symbol), "k", base)] as const,
      [`segc.lossless_sizes.${symbol}`, lossless] as const,
    ]),
  ];
}

/** All texts and settings that the network follows from. */
function origin(program: Program, network: Network): string {
  const parts = program.modules.map((module) => [module.file.path, module.file.text]).sort(([a], [b]) => (a! < b! ? -1 : 1));
  return JSON.stringify([parts, network.name, network.settings]);
}
