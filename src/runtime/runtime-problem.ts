/** What ONNX Runtime can be unhappy about, as far as it tells. */
export type RuntimeProblemKind =
  | "device-missing"
  | "file-missing"
  | "not-onnx"
  | "ir-too-new"
  | "opset-too-new"
  | "too-large"
  | "invalid-model"
  | "weights-missing"
  | "shape"
  | "node-failed"
  | "feed"
  | "disposed"
  /** The device process took too long, was stopped, or died. */
  | "timeout"
  | "cancelled"
  | "crashed"
  | "other";

/** A failure of ONNX Runtime, with its reason where the reason is known. `message` is one line; `raw` is all it said. */
export class RuntimeProblem extends Error {
  override readonly name = "RuntimeProblem";
  constructor(
    readonly kind: RuntimeProblemKind,
    message: string,
    readonly raw: string,
    /** The failing node, without the suffixes that graph optimisation adds where they are known. */
    readonly node?: string,
  ) {
    super(message);
  }
}

/** ONNX Runtime is not installed, or its library does not load. */
export class RuntimeMissing extends Error {
  override readonly name = "RuntimeMissing";
  constructor(readonly raw: string) {
    super(
      "running a network needs ONNX Runtime, which is not installed or does not load here; " +
        "install it with: npm install onnxruntime-node --ignore-scripts",
    );
  }
}

interface Known {
  readonly pattern: RegExp;
  readonly kind: RuntimeProblemKind;
  /** `$1` and so on stand for the pattern's groups. Without it, the runtime's own words from the match on. */
  readonly message?: string;
}

/** The first that matches counts: the more telling before the more general. */
const known: readonly Known[] = [
  { pattern: /no available backend found\. ERR: \[(\w+)\]/, kind: "device-missing", message: "this build of ONNX Runtime has no device $1" },
  { pattern: /Failed to get a WebGPU adapter/, kind: "device-missing", message: "no WebGPU adapter: there is no GPU driver (Vulkan) that ONNX Runtime can use" },
  { pattern: /ExecutionProvider_Cuda: Failed to load shared library/, kind: "device-missing", message: "the CUDA libraries do not load: CUDA 12, cuDNN 9 and ONNX Runtime's CUDA provider must be on the loader's path" },
  { pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/, kind: "ir-too-new", message: "the model has IR version $1, and ONNX Runtime reads at most $2" },
  { pattern: /Opset (\d+) is under development/, kind: "opset-too-new", message: "the model needs opset $1, which this ONNX Runtime does not know yet" },
  { pattern: /Model data size exceeds maximum supported size/, kind: "too-large", message: "the model is larger than 2 GB: write its weights as external data and load it from its path" },
  { pattern: /Load model (?:from )?(\S+) failed[.:] ?File doesn't exist/i, kind: "file-missing", message: "there is no file $1" },
  { pattern: /protobuf parsing failed|ModelProto does not have a graph/i, kind: "not-onnx", message: "this is no ONNX file" },
  { pattern: /External data path|external initializer|External initializer|external data file/, kind: "weights-missing" },
  { pattern: /input '(.+?)' is missing in 'feeds'/, kind: "feed", message: "no value was given for the input $1" },
  { pattern: /Got invalid dimensions for input: (.+?) for the following indices/, kind: "feed", message: "the input $1 has another shape than the model states" },
  { pattern: /Unexpected input data type/, kind: "feed" },
  { pattern: /Invalid (?:rank for input|input name|feed input name): ?(.+)/i, kind: "feed" },
  { pattern: /Session already disposed/, kind: "disposed", message: "the session was released" },
  { pattern: /Tensor's size\(\d+\) does not match data length/, kind: "feed" },
  { pattern: /\[ShapeInferenceError\] ?(.*)/, kind: "shape", message: "$1" },
  { pattern: /Non-zero status code returned while running (\w+) node\.(?:.*was false\.|.*Status Message:) ?(.*)/, kind: "node-failed", message: "$1 failed: $2" },
  { pattern: /This is an invalid model\.? ?(.*)/, kind: "invalid-model", message: "$1" },
];

const nodePatterns = [/Name:'([^']+)'/, /In Node, \("([^"]*)"/, /Node ?\(([^)]+)\)/];

/** The node that a message names. Graph optimisation appends suffixes, of which the one seen so far is taken off. */
function nodeName(raw: string): string | undefined {
  for (const pattern of nodePatterns) {
    const name = pattern.exec(raw)?.[1];
    if (name !== undefined && name !== "") return name.replace(/_token_\d+$/, "");
  }
  return undefined;
}

/** The typed form of whatever ONNX Runtime threw. */
export function runtimeProblem(error: unknown): RuntimeProblem {
  if (error instanceof RuntimeProblem) return error;
  const raw = error instanceof Error ? error.message : String(error);
  const node = nodeName(raw);
  for (const { pattern, kind, message } of known) {
    const match = pattern.exec(raw);
    if (match === null) continue;
    const told = message?.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "") ?? raw.slice(match.index);
    return new RuntimeProblem(kind, firstLine(told), raw, node);
  }
  return new RuntimeProblem("other", firstLine(raw), raw, node);
}

const firstLine = (text: string): string => text.trim().split("\n", 1)[0]!.trim();
