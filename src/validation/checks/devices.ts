import { leavingNodes } from "../../lint/rules/leaves-gpu.js";
import { targets } from "../../lint/use.js";
import type { DeviceName } from "../../runtime/device-messages.js";
import type { Check } from "../check.js";
import { type Profiled, profiled } from "../profiled.js";
import { brief, skipped } from "../result.js";
import type { Subject } from "../subject.js";

/** Relative to the largest value of a tensor; rounding grows with depth, so a step is blamed only where it adds much. */
export const tolerance = 1e-3;

/** Share of a pooling's maxima that may lie elsewhere. */
const mostFlips = 1e-3;

export interface DeviceComparison {
  readonly device: DeviceName;
  readonly largest: number;
  /** Of each tensor, relative to its largest value, up to where rounding decided otherwise. */
  readonly differences: readonly { readonly name: string; readonly operator: string; readonly relative: number }[];
  readonly first: string | undefined;
  /** Near-ties that rounding decided otherwise: what follows them cannot be compared. */
  readonly flipped: string | undefined;
  /** Operators that ran elsewhere, with their count. */
  readonly left: Readonly<Record<string, number>>;
  /** Undefined where ONNX Runtime wrote no profile. */
  readonly stayed: number | undefined;
  /** Steps that the lint rule `leaves-gpu` says will leave the device. */
  readonly predicted: readonly string[];
  /** Steps that left, and were not predicted to. */
  readonly unpredicted: readonly string[];
  /** Steps that were predicted to leave, and did not. */
  readonly stayedAfterAll: readonly string[];
}

export const devices: Check = {
  name: "devices",
  title: "every device computes what the CPU computes, and the nodes stay on it",
  measures: `Runs the graph with all tensors as outputs on the CPU and on each other device that works here (\`segc doctor\`), and compares tensor by tensor, relative to the
largest value of each. The first tensor beyond the threshold is named, with its step. A profile of the network as it is compiled says which nodes the device left to the CPU;
ONNX Runtime does so silently, and each one costs a copy there and back. Integer arithmetic on sizes always runs on the CPU and is not counted. What the profile shows is
held against what \`segc check --target\` predicts from its table: steps that left without a prediction, and predicted ones that stayed.`,
  threshold: `Failure where a tensor differs by more than ${tolerance} of its largest value. Warning where nodes are left to the CPU, where the prediction and the profile disagree, and where
rounding decided between maxima that are nearly equal.`,
  remedy: `Nodes that leave: see \`segc explain lint/leaves-gpu\`. A prediction that is wrong is a bug of segc, or another version of ONNX Runtime: please report it. A difference is one of
the device or its driver: the step that is named, alone, is what to report there.`,
  async run(subject) {
    const others = (subject.options.providers ?? []).filter(({ name, available }) => available && name !== "cpu").map(({ name }) => name);
    if (others.length === 0) return skipped("no other device works here: `segc doctor` says why");
    const sizes = subject.comfortable(3e8);
    if (sizes === undefined) return skipped("no legal size");
    const feeds = subject.feeds(sizes);
    const reference = await subject.exposed();
    const cpu = await reference.run(feeds, { want: "data" });
    const found: DeviceComparison[] = [];
    for (const device of others) {
      subject.say(`devices: ${device}`);
      const session = await subject.exposed({ device });
      const { outputs } = await session.run(feeds, { want: "data" });
      const differences: { name: string; operator: string; relative: number }[] = [];
      let [largest, first, flipped] = [0, undefined as string | undefined, undefined as string | undefined];
      for (const { name, node } of subject.tensors) {
        const [a, b] = [cpu.outputs[name]?.data, outputs[name]?.data];
        if (a instanceof BigInt64Array && b instanceof BigInt64Array) {
          const other = a.reduce((count, value, i) => count + (value === b[i] ? 0 : 1), 0);
          if (other > mostFlips * a.length) first ??= `${name} (${node.operator}): ${other} of ${a.length} indices`;
          else if (other > 0) flipped ??= `${other} of ${a.length} maxima of ${node.path} lie elsewhere`;
        }
        if (!(a instanceof Float32Array) || !(b instanceof Float32Array)) continue;
        const relative = difference(a, b);
        if (node.inputs["pooled"] !== undefined && relative > tolerance) {
          const other = placedElsewhere(a, b);
          if (other !== undefined) flipped ??= `${other} of ${a.length} values of ${node.path} lie elsewhere`;
        }
        // What was put elsewhere is elsewhere from here on.
        if (flipped !== undefined && relative > tolerance) break;
        if (relative > tolerance || Number.isNaN(relative)) first ??= `${name} (${node.operator}): ${brief(relative)}`;
        largest = Math.max(largest, relative);
        differences.push({ name, operator: node.operator, relative });
      }
      const profile = await profiled(subject, device, sizes);
      found.push({ device, largest, differences, first, flipped, left: profile?.left ?? {}, stayed: profile?.stayed, ...prediction(subject, device, profile) });
    }
    const wrong = found.filter(({ first }) => first !== undefined);
    const flips = found.flatMap(({ device, flipped }) => (flipped === undefined ? [] : [`${device}: ${flipped}, since rounding decides between values that are nearly equal; what follows cannot be compared`]));
    const left = found.flatMap(({ device, left: nodes }) => Object.entries(nodes).map(([op, times]) => `${device} leaves ${times} ${op} to the CPU`));
    const other = found.flatMap(({ device, stayed, unpredicted, stayedAfterAll }) => [
      ...(stayed === undefined ? [`${device}: ONNX Runtime wrote no profile, so nobody knows what stayed on it`] : []),
      ...unpredicted.map((step) => `${device}: ${step} left, which is not predicted`),
      ...stayedAfterAll.map((step) => `${device}: ${step} is predicted to leave, and stayed`),
    ]);
    return {
      status: wrong.length > 0 ? "failure" : left.length + flips.length + other.length > 0 ? "warning" : "pass",
      figure: found.map(({ device, largest, stayed, left: nodes, predicted, unpredicted, stayedAfterAll }) =>
        `${device} differs by ${brief(largest)}, ${stayed ?? "unknown"} nodes on it, ${count(nodes)} left to the CPU${unpredicted.length + stayedAfterAll.length > 0 ? "" : `, as predicted (${predicted.length} steps)`}`).join("; "),
      threshold: `<= ${tolerance} of the largest value; 0 left; as predicted`,
      details: [...wrong.map(({ device, first }) => `${device}: first at ${first}`), ...other, ...flips, ...left].slice(0, 12),
      metrics: Object.fromEntries(found.flatMap(({ device, largest, left: nodes, unpredicted, stayedAfterAll }) => [[`difference.${device}`, largest], [`left.${device}`, count(nodes)], [`mispredicted.${device}`, unpredicted.length + stayedAfterAll.length]])),
      data: found,
    };
  },
};

/** Relative to the largest value. */
function difference(a: Float32Array, b: Float32Array): number {
  let [max, scale] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    max = Math.max(max, Math.abs(a[i]! - b[i]!));
    scale = Math.max(scale, Math.abs(a[i]!));
  }
  return scale === 0 ? max : max / scale;
}

/** How many values of an unpooled map one device has where the other has 0; undefined where that is not all that differs, or too much. */
function placedElsewhere(a: Float32Array, b: Float32Array): number | undefined {
  const most = tolerance * a.reduce((scale, value) => Math.max(scale, Math.abs(value)), 0);
  let other = 0;
  for (let i = 0; i < a.length; i++) {
    if (Math.abs(a[i]! - b[i]!) <= most) continue;
    if (a[i] !== 0 && b[i] !== 0) return undefined;
    other++;
  }
  return other > 0 && other <= mostFlips * a.length ? other : undefined;
}

/** What the lint's table says of a device against what the profile shows, by the paths of steps. */
function prediction({ network }: Subject, device: DeviceName, profile: Profiled | undefined): Pick<DeviceComparison, "predicted" | "unpredicted" | "stayedAfterAll"> {
  const target = targets.find((one) => one === device);
  const predicted = target === undefined ? [] : [...new Set(leavingNodes(network, target, []).map(({ node }) => node.path))];
  if (profile === undefined || target === undefined) return { predicted, unpredicted: [], stayedAfterAll: [] };
  return {
    predicted,
    unpredicted: [...profile.leftSteps].filter(([path]) => !predicted.includes(path)).map(([path, ops]) => `${path} (${ops.join(", ")})`),
    stayedAfterAll: predicted.filter((path) => !profile.leftSteps.has(path)),
  };
}

const count = (nodes: Readonly<Record<string, number>>): number => Object.values(nodes).reduce((a, b) => a + b, 0);
