import { expect, test } from "vitest";
import { hashAt, hashKey } from "../../src/weights/hash.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import type { Initial } from "../../src/tensor/initial.js";

function values(initial: Initial, shape: readonly number[], name = "w", seed = 0): Float32Array {
  const target = new Float32Array(shape.reduce((a, b) => a * b, 1));
  fillInitial(target, initial, shape, name, seed, 0);
  return target;
}

// From the project's oracle data (hash_vectors.json), which NumPy wrote.
const vectors = [
  { name: "input", key: "f9d86f7b", index: [0, 1, 2, 3, 4, 5, 6, 7, 9457, 18914],
    hash: ["cc8d6f84", "bc167122", "5dee0a3b", "8055b7c2", "3cde1a37", "c2bd30ed", "0c12ec8d", "93507e5f", "ed27f55b", "1b0084e6"],
    u: [0.5980662107467651, 0.46943485736846924, -0.2661731243133545, 0.002615809440612793, -0.5244719982147217, 0.5213985443115234, -0.905672550201416, 0.1508939266204834, 0.8527818918228149, -0.7890467643737793] },
  { name: "backbone.conv1.weight", key: "45917d97", index: [0, 1, 2, 3, 4, 5, 6, 7, 4704, 9407],
    hash: ["8c2bd92c", "1ea7e788", "4184a5ff", "f33f0988", "1a529218", "d436042d", "3672a728", "f2dfb000", "fb2298b3", "1185a298"],
    u: [0.09508812427520752, -0.7605010271072388, -0.4881395101547241, 0.900361180305481, -0.7943551540374756, 0.6578984260559082, -0.574626088142395, 0.8974514007568359, 0.9619932174682617, -0.8631093502044678] },
  { name: "backbone.bn1.weight", key: "2374a6ad", index: [0, 1, 2, 3, 4, 5, 6, 7, 32, 63],
    hash: ["5565d05f", "fdc2558b", "51090b80", "22ece0f2", "efc776a7", "3f65089d", "f3d020df", "d12a256d", "4aeb0403", "e749a81b"],
    u: [-0.33283042907714844, 0.9824930429458618, -0.36691153049468994, -0.7271461486816406, 0.873274564743042, -0.5047292709350586, 0.9047889709472656, 0.6340986490249634, -0.4147028923034668, 0.8069353103637695] },
  { name: "backbone.bn1.bias", key: "cc347b78", index: [0, 1, 2, 3, 4, 5, 6, 7, 32, 63],
    hash: ["f317dc67", "7891c7ea", "376e85a0", "e79e03b2", "a843f40a", "ff441040", "5d780648", "50aa2d38", "c2108d37", "53103a38"],
    u: [0.8991656303405762, -0.058051228523254395, -0.5669397115707397, 0.8095096349716187, 0.3145737648010254, 0.9942646026611328, -0.2697746753692627, -0.3698066473007202, 0.5161300897598267, -0.35106730461120605] },
  { name: "backbone.bn1.running_mean", key: "3e85adcc", index: [0, 1, 2, 3, 4, 5, 6, 7, 32, 63],
    hash: ["a1929550", "e802d4ee", "89cbf500", "eab38815", "fab5183c", "015c45b2", "1b23e7de", "357b0f56", "b75105f9", "450383e9"],
    u: [0.26228582859039307, 0.8125863075256348, 0.07653677463531494, 0.8336038589477539, 0.9586515426635742, -0.989371657371521, -0.7879668474197388, -0.5821820497512817, 0.43216001987457275, -0.46083033084869385] },
  { name: "backbone.bn1.running_var", key: "553c26c6", index: [0, 1, 2, 3, 4, 5, 6, 7, 32, 63],
    hash: ["eeee48c1", "64e1022e", "4428070a", "a3825374", "79487881", "0c0278e3", "3aa16eed", "49477e89", "e52b2611", "eac7119c"],
    u: [0.8666467666625977, -0.2118833065032959, -0.46752846240997314, 0.2774146795272827, -0.052475929260253906, -0.9061746597290039, -0.5419485569000244, -0.4275057315826416, 0.7903792858123779, 0.8342000246047974] },
];

test.each(vectors)("hash and u of $name are the oracle's", ({ name, key, index, hash, u }) => {
  expect(hashKey(name, 0).toString(16).padStart(8, "0")).toBe(key);
  expect(index.map((i) => hashAt(hashKey(name, 0), i).toString(16).padStart(8, "0"))).toEqual(hash);
  const one = new Float32Array(1);
  index.forEach((i, n) => {
    fillInitial(one, { kind: "uniform", bound: 1 }, [1], name, 0, i);
    expect(one[0]).toBe(u[n]);
    fillInitial(one, { kind: "uniform", bound: 0.1 }, [1], name, 0, i);
    expect(one[0]).toBe(Math.fround(u[n]! * 0.1));
  });
});

test("FNV-1a of the oracle", () => {
  const known = { "": "811c9dc5", a: "e40c292c", foobar: "bf9cf968", input: "f9d86f7b", é: "1e9de8c1" };
  for (const [name, key] of Object.entries(known)) expect(hashKey(name, 0).toString(16)).toBe(key);
});

const all: readonly (readonly [Initial, readonly number[]])[] = [
  [{ kind: "constant", value: 0.5 }, [7]],
  [{ kind: "uniform", bound: 0.3 }, [5, 3, 3, 3]],
  [{ kind: "normal", std: 0.02 }, [5, 3, 3, 3]],
  [{ kind: "bilinear" }, [3, 3, 4, 5]],
  [{ kind: "identity" }, [4, 2, 3, 3]],
];

test.each(all)("any part of a tensor can be made on its own: %o", (initial, shape) => {
  const whole = values(initial, shape, "a.b", 7);
  for (let from = 0; from < whole.length; from += 5) {
    for (const length of [1, 4, 23]) {
      const part = new Float32Array(Math.min(length, whole.length - from)).fill(NaN);
      fillInitial(part, initial, shape, "a.b", 7, from);
      expect(part).toEqual(whole.slice(from, from + length));
    }
  }
});

test("names and seeds give other numbers", () => {
  const initial: Initial = { kind: "uniform", bound: 1 };
  const seen = new Set(["a", "b"].flatMap((name) => [0, 1, 2].map((seed) => values(initial, [4], name, seed).join())));
  expect(seen.size).toBe(6);
});

test("normal has the moments of the normal distribution, and the same bits for ever", () => {
  const z = values({ kind: "normal", std: 1 }, [1 << 20], "moments");
  const mean = (power: number): number => z.reduce((sum, x) => sum + x ** power, 0) / z.length;
  expect(mean(1)).toBeCloseTo(0, 2);
  expect(mean(2)).toBeCloseTo(1, 2);
  expect(mean(3)).toBeCloseTo(0, 1.5);
  expect(mean(4)).toBeCloseTo(3, 1);
  // Areas of the normal distribution, from any table.
  for (const [limit, area] of [[0.5, 0.382925], [1, 0.682689], [2, 0.9545], [3, 0.9973]] as const) {
    expect(z.filter((x) => Math.abs(x) < limit).length / z.length).toBeCloseTo(area, 2.5);
  }
  expect([...new Uint32Array(z.buffer, 0, 4)].map((bits) => bits.toString(16))).toMatchInlineSnapshot(`
    [
      "bf7727e0",
      "bf2252a3",
      "3f99e08f",
      "3db00eb9",
    ]
  `);
});

test("bilinear: FCN's kernel on channel pairs (c, c)", () => {
  const kernel = [0.25, 0.75, 0.75, 0.25].flatMap((a) => [0.25, 0.75, 0.75, 0.25].map((b) => a * b));
  const none = Array<number>(16).fill(0);
  expect([...values({ kind: "bilinear" }, [2, 2, 4, 4])]).toEqual([...kernel, ...none, ...none, ...kernel]);
  expect([...values({ kind: "bilinear" }, [2, 1, 4, 4])]).toEqual([...kernel, ...kernel]); // depthwise
  expect([...values({ kind: "bilinear" }, [1, 1, 1, 3])]).toEqual([0.5, 1, 0.5]);
});

test("identity: the middle of (c, c)", () => {
  const middle = [0, 0, 0, 0, 1, 0, 0, 0, 0];
  const none = Array<number>(9).fill(0);
  expect([...values({ kind: "identity" }, [2, 2, 3, 3])]).toEqual([...middle, ...none, ...none, ...middle]);
  expect([...values({ kind: "identity" }, [2, 1, 3, 3])]).toEqual([...middle, ...middle]); // depthwise
});
