import { inputsOf, shapeOf } from "../../network/network.js";
import { affineOn, sub } from "../../tensor/index.js";
import type { Check } from "../check.js";
import { type Axis, Prober, along, axes, axisName, lengthFor, phases, probeSizes, ratio } from "../prober.js";
import { brief, skipped } from "../result.js";
import type { Subject, Tensor } from "../subject.js";
import { headsOf } from "./receptive-field.js";

/** Pixels of the input: rounding of float32 over a ramp stays well below. */
const tolerance = 0.05;
/** Elements of the map: maps that are joined farther apart than this do not show the same place. */
const apart = 0.75;

export interface PairOffset {
  readonly at: string;
  readonly axis: Axis;
  /** Pixels of the input by which the second map looks to the right of (below) the first. */
  readonly measured: number;
  readonly derived: number;
  readonly elements: number;
}

export const geometryCheck: Check = {
  name: "geometry",
  title: "outputs, and maps that are joined, lie where they were derived to lie",
  measures: `Feeds a ramp into the probe (maxima as means, all weights positive and equal): what comes out, divided by the answer to an even image, is the centre
of what an element sees, to fractions of a pixel. It is compared with the derived centre for heads, and for every pair of maps that are
concatenated or added.`,
  threshold: `Failure where a centre is another than derived by more than ${tolerance} pixels, and what earlier joins of maps that lie apart leave open. Warning where maps that meet were derived to
lie ${apart} elements or more apart.`,
  remedy: `A failure is a crop or padding that is off, or a resize on another grid. A warning is a matter of design: align_corners mixed with half pixels, an offset of a crop, a skip
taken at the wrong level.`,
  async run(subject) {
    const probe = subject.probe("average");
    if (typeof probe === "string") return skipped(probe);
    const pairs = pairsOf(subject).filter(({ members }) => members.every(({ name }) => probe.values.has(name)));
    const heads = headsOf(subject).filter(({ name }) => probe.values.has(name));
    const failures: string[] = [];
    const warnings: string[] = [];
    const offsets: PairOffset[] = [];
    const shown: string[] = [];
    let [largestError, compared] = [0, 0];
    for (const axis of axes) {
      const wanted = [...new Map([...heads, ...pairs.flatMap(({ members }) => members)].filter((tensor) => along(subject, tensor, axis)).map((tensor) => [tensor.name, tensor])).values()];
      if (wanted.length === 0) continue;
      const sizes = probeSizes(subject, axis, lengthFor(subject, wanted, axis));
      if (sizes === undefined) continue;
      subject.say(`geometry, ${axisName[axis]}`);
      const prober = await Prober.open(subject, "average", sizes, axis);
      const middle = prober.length / 2;
      const [even, ramp] = await prober.ask([() => 1, (pixel) => (pixel - middle) / prober.length], wanted.map(({ name }) => name));
      // At three places of the image: a grid with another step agrees with the right one in the middle.
      const offset = new Map<string, readonly number[]>();
      for (const tensor of wanted) {
        const seen = along(subject, tensor, axis)!;
        const [ones, slopes] = [prober.profile(even!.get(tensor.name)!), prober.profile(ramp!.get(tensor.name)!)];
        const found = [0.5, 0.35, 0.65].map((share) => {
          // Over a whole period of elements the phases of upsampling cancel.
          const js = prober.middle(tensor, phases(subject, seen), share);
          return js.reduce((sum, j) => sum + (slopes[j]! / ones[j]!) * prober.length + middle - ratio(seen.stride) * j, 0) / js.length;
        });
        if (Number.isFinite(found[0])) offset.set(tensor.name, found);
      }
      const slack = slackOf(subject, axis);
      const far = (a: readonly number[], b: readonly number[], derived: number): number => Math.max(...a.map((one, i) => Math.abs(b[i]! - one - derived)).filter(Number.isFinite));
      for (const head of heads) {
        const measured = offset.get(head.name);
        if (measured === undefined) continue;
        const seen = along(subject, head, axis)!;
        const error = far([0, 0, 0], measured, seen.centre);
        compared++;
        const allowed = tolerance + (slack.get(head.id) ?? 0);
        largestError = Math.max(largestError, error);
        if (error > allowed) failures.push(`${head.name}, ${axisName[axis]}: derived ${brief(seen.centre)}, measured ${measured.map(brief).join(", ")} in the middle and to both sides`);
        if (axis === 0) shown.push(`${head.name} at ${brief(Math.abs(measured[0]!) < 1e-3 ? 0 : measured[0]!)}`);
      }
      for (const { members, at } of pairs) {
        const [first, ...others] = members;
        for (const other of others) {
          const [a, b] = [offset.get(first!.name), offset.get(other.name)];
          const [one, two] = [along(subject, first!, axis), along(subject, other, axis)];
          if (a === undefined || b === undefined || !one || !two || ratio(one.stride) !== ratio(two.stride)) continue;
          compared++;
          const derived = two.centre - one.centre;
          const measured = b[0]! - a[0]!;
          const error = far(a, b, derived);
          const elements = Math.abs(measured) / ratio(one.stride);
          largestError = Math.max(largestError, error);
          offsets.push({ at, axis, measured, derived, elements });
          const what = `${first!.name} and ${other.name}, joined at ${at}: ${brief(Math.abs(measured))} ${axisName[axis]} of the image apart (${brief(elements)} elements)`;
          if (error > tolerance + (slack.get(first!.id) ?? 0) + (slack.get(other.id) ?? 0)) failures.push(`${what}, derived ${brief(Math.abs(derived))}`);
          else if (elements >= apart) warnings.push(what);
        }
      }
    }
    if (compared === 0) return skipped("every head sees the whole image, and no maps with boxes of their own are joined");
    const most = offsets.reduce((best, { elements }) => Math.max(best, elements), 0);
    return {
      status: failures.length > 0 ? "failure" : warnings.length > 0 ? "warning" : "pass",
      figure: `${shown.length > 0 ? `${shown.join(", ")}; ` : ""}${offsets.length > 0 ? `${offsets.length / 2} pairs at most ${brief(most)} elements apart; ` : ""}derived and measured differ by at most ${brief(largestError)} pixels`,
      threshold: `<= ${tolerance} pixels from derived; pairs < ${apart} elements apart`,
      details: [...failures, ...warnings].slice(0, 12),
      metrics: { largest_error: largestError, largest_misalignment: most },
      data: offsets,
    };
  },
};

/**
 * How far the centre of a map may lie from the derived one without a fault: where branches that lie apart were joined before, the derived
 * grid is that of the first, and the measured one lies between; and the step of `align_corners` depends on the size a little.
 */
function slackOf(subject: Subject, axis: Axis): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const node of subject.network.nodes) {
    const inputs = [...new Set(inputsOf(node))];
    const seen = inputs.map((id) => along(subject, { id }, axis)).filter((one) => one !== undefined);
    const out = along(subject, { id: node.outputs[0]! }, axis);
    // `like:` only gives a size: what it is given to has another one.
    const joined = inputs.filter((id) => sameGrid(subject, id, node.outputs[0]!)).map((id) => along(subject, { id }, axis)).filter((one) => one !== undefined);
    const centres = out === undefined ? [] : joined.filter((one) => ratio(one.stride) === ratio(out.stride)).map((one) => one.centre);
    const apartBy = centres.length < 2 ? 0 : Math.max(...centres) - Math.min(...centres);
    const corners = node.attributes["align_corners"] === true ? Math.max(0, ...seen.map((one) => ratio(one.stride))) : 0;
    const slack = Math.max(0, ...inputs.map((id) => found.get(id) ?? 0)) + apartBy + corners;
    for (const id of node.outputs) found.set(id, slack);
  }
  return found;
}

/** Maps that meet in one step. */
function pairsOf(subject: Subject): readonly { readonly at: string; readonly members: readonly Tensor[] }[] {
  const named = new Map(subject.tensors.map((tensor) => [tensor.id, tensor]));
  return subject.network.nodes.flatMap((node) => {
    const members = [...new Set(inputsOf(node))].map((id) => named.get(id)).filter((tensor) => tensor !== undefined && shapeOf(subject.network, tensor.id).length === 4 && subject.geometry.has(tensor.id)) as Tensor[];
    // Only where all of them are read element by element: \`like:\` looks at a size.
    const out = subject.geometry.get(node.outputs[0]!);
    return members.length >= 2 && out !== undefined && members.every(({ id }) => sameGrid(subject, id, node.outputs[0]!)) ? [{ at: node.path, members }] : [];
  });
}

/** On every legal size: unpooling to a map of before gives `ceil(H / 8)` by another name than a transposed convolution does. */
const sameGrid = ({ network }: Subject, a: number, b: number): boolean => {
  const [left, right] = [shapeOf(network, a), shapeOf(network, b)];
  return left.length === right.length && left.slice(2).every((size, axis) => {
    const line = affineOn(sub(size, right[2 + axis]!), network.legal);
    return line !== undefined && line.numerator === 0 && line.offset === 0;
  });
};
