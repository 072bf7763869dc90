/** Where the nodes of a network ran, from ONNX Runtime's profile of one run on a device. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NetworkNode } from "../network/network.js";
import type { OnnxNode } from "../onnx/model.js";
import type { DeviceName } from "../runtime/device-messages.js";
import { nodeNamed } from "../runtime/spec-line.js";
import type { Sizes, Subject } from "./subject.js";

export interface Profiled {
  /** Nodes that ran on the device. */
  readonly stayed: number;
  /** Operators of ONNX that ran on the CPU, with their count; arithmetic on sizes, which belongs there, is left out. */
  readonly left: Readonly<Record<string, number>>;
  /** The author's steps that they belong to, by path, with the operators of ONNX. */
  readonly leftSteps: ReadonlyMap<string, readonly string[]>;
}

interface Event {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/** Sizes are integers, and belong on the CPU. */
const ofSizes = /^(Shape|Gather|Concat|Cast|Squeeze|Unsqueeze|Slice|Range|Div|Mul|Add|Sub|Mod)$/;

/** Undefined where ONNX Runtime wrote no profile. */
export async function profiled(subject: Subject, device: DeviceName, sizes: Sizes): Promise<Profiled | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "segc-profile-"));
  try {
    const session = await subject.compiled({ device, profile: join(folder, "run"), fresh: folder });
    await session.run(subject.feeds(sizes), { want: "shape" });
    await session.release();
    const [file] = readdirSync(folder);
    return file === undefined ? undefined : sorted(subject, JSON.parse(readFileSync(join(folder, file), "utf8")) as readonly Event[]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sorted(subject: Subject, events: readonly Event[]): Profiled {
  const maps = new Set(subject.tensors.map(({ name }) => name));
  const left: Record<string, number> = {};
  const leftSteps = new Map<string, string[]>();
  const counted = new Set<string>();
  let stayed = 0;
  for (const { cat, name = "", args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time") || counted.has(name)) continue;
    counted.add(name);
    const op = args?.op_name ?? "";
    const node = nodeNamed(subject.onnx, name);
    const makesMap = node?.outputs.some((output) => maps.has(output)) ?? false;
    if (args?.provider !== "CPUExecutionProvider") stayed++;
    else if (!op.startsWith("Memcpy") && (makesMap || !ofSizes.test(op))) {
      left[op] = (left[op] ?? 0) + 1;
      const step = (node && stepOf(subject.network.nodes, node)?.path) ?? name.replace(/_kernel_time$/, "");
      leftSteps.set(step, [...(leftSteps.get(step) ?? []), op]);
    }
  }
  return { stayed, left, leftSteps };
}

/** Nodes are called `node PATH` or `node PATH/PART`. */
function stepOf(nodes: readonly NetworkNode[], { name }: OnnxNode): NetworkNode | undefined {
  const own = nodes.filter(({ path }) => name === `node ${path}` || name.startsWith(`node ${path}/`));
  return own.reduce<NetworkNode | undefined>((best, node) => (best === undefined || node.path.length > best.path.length ? node : best), undefined);
}
