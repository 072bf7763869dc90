/**
 * Random well-typed specs, compared with what we did not write: ONNX Runtime's shapes, and formulas on plain numbers.
 * SEGC_RUNS: how many; SEGC_SEED: the first. A failure names its seed: `SEGC_SEED=<seed> SEGC_RUNS=1` repeats it.
 */
import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { legalSizes } from "../../src/analyses/alignment.js";
import { check, compile } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import type { Network } from "../../src/network/network.js";
import type { OnnxModel } from "../../src/onnx/model.js";
import type { Value } from "../../src/runtime/session.js";
import { contains, evaluateShape, holdsAt, sizesOf } from "../../src/tensor/index.js";
import { type Generated, generate } from "./generator.js";
import { largestTried } from "./legal-sizes.js";
import type { Env } from "./parts.js";
import { bytesOf, compiled, distance, image, withSession } from "./run.js";
import { random } from "./random.js";

const runs = Number(process.env["SEGC_RUNS"] ?? (process.env["SEGC_LONG"] ? 5000 : 500));
const first = Number(process.env["SEGC_SEED"] ?? 1);
const batch = 25;

type Side = 0 | 1;

/** Sizes at which the demands hold, by counting. Where both sides are one symbol, a size has to suit both. */
function allowed(spec: Generated, side: Side, strictness: "runs" | "lossless"): boolean[] {
  const relevant = spec.demands.filter((demand) => demand.side === side || spec.symbols[0] === spec.symbols[1]);
  const runs = Array.from({ length: largestTried + 1 }, (_, n) => n > 0 && relevant.every((demand) => demand.strictness !== "runs" || demand.holds(n)));
  if (strictness === "runs") return runs;
  return runs.map((fine, n) => fine && relevant.every((demand) => demand.holds(n)));
}

/** A demand that no size meets (a pooling that always drops a row) leaves no choice: what the rule then says is not held against it. */
const hopeless = (spec: Generated, side: Side): boolean => !allowed(spec, side, "lossless").some(Boolean);

const set = (network: Network, symbol: string, of: "runs" | "lossless" | "legal"): boolean[] => {
  const sizes = sizesOf(of === "legal" ? network.legal : legalSizes(network, of), symbol);
  return Array.from({ length: largestTried + 1 }, (_, n) => n > 0 && contains(sizes, n));
};

const members = (flags: readonly boolean[]): number[] => flags.flatMap((flag, n) => (flag ? [n] : []));

/** Some legal sizes: the smallest, an unaligned one, another one. */
function sample(spec: Generated, side: Side): readonly number[] {
  const r = random(spec.seed + 77 * side);
  const legal = members(allowed(spec, side, "runs")).filter(spec.claimed[side]);
  const lossless = allowed(spec, side, "lossless");
  const small = legal.filter((n) => n <= Math.max(48, legal[0]!));
  const unaligned = small.filter((n) => !lossless[n]);
  return [small[0]!, unaligned.length > 0 ? r.pick(unaligned) : r.pick(small), r.pick(small)];
}

/** Why a spec fails, or undefined. */
async function trouble(spec: Generated, seen: Statistics): Promise<string | undefined> {
  const source = { path: "spec.seg", text: spec.text };
  const { problems } = check(source);
  if (problems.some((problem) => problem.severity === "error")) return `check:\n${renderProblems(problems.filter((problem) => problem.severity === "error"))}`;
  const model = compiled(spec.text);
  const { network } = model;

  for (const side of [0, 1] as const) {
    const symbol = spec.symbols[side];
    if (symbol === undefined) continue;
    for (const strictness of ["runs", "lossless"] as const) {
      if (strictness === "lossless" && hopeless(spec, side)) continue;
      const [theirs, ours] = [members(set(network, symbol, strictness)), members(allowed(spec, side, strictness))];
      if (theirs.join() !== ours.join()) return `${strictness} ${symbol}: derived ${brief(theirs)}, counted ${brief(ours)}`;
    }
    const [theirs, ours] = [members(set(network, symbol, "legal")), members(allowed(spec, side, "runs")).filter(spec.claimed[side])];
    if (theirs.join() !== ours.join()) return `legal ${symbol}: derived ${brief(theirs)}, counted ${brief(ours)}`;
  }

  const bytes = bytesOf(model.onnx);
  if (Buffer.compare(bytes, bytesOf(compiled(spec.text).onnx)) !== 0) return "compiled twice, the bytes differ";

  const [heights, widths] = [sample(spec, 0), sample(spec, 1)];
  const envs = heights.map((H, at): Env => ({ N: at === 0 ? 1 : 2, H, W: spec.symbols[0] === spec.symbols[1] ? H : widths[at]! }));
  const derived = (env: Env): Record<string, readonly number[]> => {
    const at: Record<string, number> = { N: env.N, H: env.H, W: env.W, S: env.H };
    return Object.fromEntries(network.outputs.map((output) => [output.name, evaluateShape(network.values[output.value]!.type.shape, at)]));
  };
  for (const env of envs) {
    const counted = Object.fromEntries(spec.heads.map((head) => [head.name, head.shape(env)]));
    if (JSON.stringify(sorted(derived(env))) !== JSON.stringify(sorted(counted))) return `at ${JSON.stringify(env)} derived ${JSON.stringify(derived(env))}, counted ${JSON.stringify(counted)}`;
  }

  return withSession(bytes, async (session) => {
    for (const [at, env] of envs.entries()) {
      const feeds = { image: image(spec.input(env)) };
      const results = await session.run(feeds);
      const real = Object.fromEntries(Object.entries(results).map(([name, value]) => [name, value.shape]));
      if (JSON.stringify(sorted(derived(env))) !== JSON.stringify(sorted(real))) return `at ${JSON.stringify(env)} derived ${JSON.stringify(sorted(derived(env)))}, ONNX Runtime has ${JSON.stringify(sorted(real))}`;
      seen.shapes += network.outputs.length;
      if (at !== 1) continue;
      const still = compiled(spec.text, { size: { height: spec.input(env)[2]!, width: spec.input(env)[3]!, batch: spec.input(env)[0]! } });
      for (const value of [...still.onnx.outputs, ...still.onnx.values]) if (value.shape.some((size) => typeof size !== "number")) return `static, but ${value.name} is [${value.shape.join(", ")}]`;
      const bad = await withSession(bytesOf(still.onnx), async (fixed) => {
        const same = await fixed.run(feeds);
        for (const [name, value] of Object.entries(results)) {
          if (same[name]!.shape.join() !== value.shape.join()) return `${name} has another shape in the static graph`;
          const far = value.type === "float32" ? distance(value, same[name]!) : 0;
          if (far <= near) continue;
          const sensitivity = Math.max(await conditioning(model.onnx, feeds, name, value), await conditioning(still.onnx, feeds, name, same[name]!));
          if (far > 4 * sensitivity) return `${name} is ${far} apart in the static graph at ${JSON.stringify(env)}, and changes in the last place of the weights move it by ${sensitivity}`;
          seen.illConditioned.add(spec.seed);
        }
        return undefined;
      });
      if (bad !== undefined) return bad;
    }
    return outside(spec, network, envs[0]!, session, seen);
  });
}

/** Relative to the largest value: what rounding leaves of two graphs that sum in another order. */
const near = 1e-4;

/**
 * How far an output moves when the weights change in the last place. Two right graphs may differ as much: a normalisation that
 * divides by almost nothing magnifies rounding, and where two maxima are equal but for rounding, `maxpool_indices` takes either.
 */
async function conditioning(onnx: OnnxModel, feeds: Readonly<Record<string, Value>>, name: string, value: Value): Promise<number> {
  let worst = 0;
  for (const jitter of [1, 2, 3, 4]) {
    const results = await withSession(bytesOf(onnx, undefined, jitter), (session) => session.run(feeds));
    worst = Math.max(worst, distance(value, results[name]!));
  }
  return worst;
}

/** A size next to a legal one that is not legal: the compiler refuses it. Whether the graph also fails is counted. */
async function outside(spec: Generated, network: Network, fine: Env, session: { run(feeds: Record<string, ReturnType<typeof image>>): Promise<unknown> }, seen: Statistics): Promise<string | undefined> {
  for (const side of [0, 1] as const) {
    const symbol = spec.symbols[side];
    if (symbol === undefined) continue;
    const legal = set(network, symbol, "legal");
    const least = members(legal)[0]!;
    const around = members(legal).flatMap((n) => [n - 1, n + 1]).filter((n) => n >= 1 && n <= largestTried && !legal[n]);
    // Rather a size between legal ones than one that is too small.
    const bad = around.find((n) => n > least) ?? around[0];
    if (bad === undefined) continue;
    const env = spec.symbols[0] === spec.symbols[1] ? { ...fine, H: bad, W: bad } : side === 0 ? { ...fine, H: bad } : { ...fine, W: bad };
    const [, , height, width] = spec.input(env);
    const { problems, model } = compile({ path: "spec.seg", text: spec.text }, { size: { height: height!, width: width! } });
    if (model !== undefined) return `compiles for ${symbol} = ${bad}, which is not legal`;
    const told = problems.filter((problem) => problem.severity === "error");
    if (told.length === 0 || told.some((problem) => problem.code !== "shape/size-not-legal")) return `${symbol} = ${bad} gives:\n${renderProblems(told)}`;
    if (!told.every((problem) => / fit /.test(problem.help ?? "") || / fits? /.test(problem.help ?? ""))) return `no nearest size is named: ${told[0]!.help}`;
    seen.refused++;
    // ONNX Runtime 1.30 may end the whole process where a map has no elements (a resize to 0, a slice beyond the end): only
    // sizes that disagree are tried.
    const at: Record<string, number> = { N: env.N, H: env.H, W: env.W, S: env.H };
    const failing = network.demands.filter((demand) => demand.strictness === "runs" && !holdsAt(demand.condition, at));
    if (failing.some((demand) => demand.condition.kind !== "equal" && demand.condition.kind !== "divisible")) continue;
    if (!spec.claimed[side](bad)) continue;
    try {
      await session.run({ image: image(spec.input(env)) });
      seen.ranAnyway.push(spec.seed);
    } catch {
      seen.failed++;
    }
  }
  return undefined;
}

const sorted = <T>(of: Readonly<Record<string, T>>): [string, T][] => Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));
const brief = (list: readonly number[]): string => `${list.slice(0, 30).join(" ")}${list.length > 30 ? ` ... (${list.length})` : ""}`;

interface Statistics {
  shapes: number;
  refused: number;
  failed: number;
  readonly ranAnyway: number[];
  /** Seeds of specs of which an output moves far with the last place of the weights. */
  readonly illConditioned: Set<number>;
}
const seen: Statistics = { shapes: 0, refused: 0, failed: 0, ranAnyway: [], illConditioned: new Set() };

describe("random specs", () => {
  test.each(Array.from({ length: Math.ceil(runs / batch) }, (_, i) => first + i * batch))("from seed %i on", async (from) => {
    const failures: string[] = [];
    for (let seed = from; seed < Math.min(from + batch, first + runs); seed++) {
      const spec = generate(seed);
      if (process.env["SEGC_TRACE"]) appendFileSync(process.env["SEGC_TRACE"], `${seed}\n`); // a crash of the runtime leaves no message
      const found = await trouble(spec, seen).catch((error: unknown) => `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (found !== undefined) failures.push(`seed ${seed}: ${found}\n${spec.text.slice(spec.text.indexOf("model M"))}`);
    }
    expect(failures.join("\n----\n")).toBe("");
  });

  test("they are worth something", () => {
    expect(seen.illConditioned.size, `ill-conditioned: ${[...seen.illConditioned].join(", ")}`).toBeLessThanOrEqual(1 + runs / 1000);
    if (process.env["SEGC_VERBOSE"]) console.log(JSON.stringify({ ...seen, illConditioned: [...seen.illConditioned], ranAnyway: seen.ranAnyway.length, anyway: seen.ranAnyway.slice(0, 20) }));
    const all = Array.from({ length: 300 }, (_, i) => generate(i + 1));
    expect(all.reduce((sum, spec) => sum + spec.heads.length, 0)).toBeGreaterThan(900);
    const used = new Set(all.flatMap((spec) => [...spec.text.slice(spec.text.indexOf("model M")).matchAll(/(?:->|=|\() ?([a-z_0-9]+)/g)].map((match) => match[1]!)));
    expect(used.size).toBeGreaterThan(50);
    expect(generate(5).text).toBe(generate(5).text);
  });
});
