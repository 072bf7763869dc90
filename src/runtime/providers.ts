/** Which devices there are: each is tried with a graph of one node, in a process of its own, and what stands against it is said in plain words. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { layOut } from "../onnx/encode.js";
import { join as joinBytes } from "../onnx/framing.js";
import type { OnnxModel } from "../onnx/model.js";
import { temporaryFolder } from "../weights/temporary-file.js";
import { type DeviceOptions, findRuntime, openDevice } from "./device.js";
import { type DeviceName, deviceNames } from "./device-messages.js";
import { RuntimeMissing, RuntimeProblem } from "./runtime-problem.js";

export interface Provider {
  readonly name: DeviceName;
  readonly available: boolean;
  /** What it is: `software (SwiftShader)`; or why it does not start. */
  readonly says: string;
  /** How to get it, where it is missing. */
  readonly help: readonly string[];
  /** ONNX Runtime's own words. */
  readonly raw: string;
  /** Milliseconds from nothing to the first result. */
  readonly milliseconds: number | undefined;
  /** A CPU that plays a GPU. */
  readonly software: boolean;
}

/** The smallest graph: x -> relu -> y, [1, 1, 2, 2]. */
export const oneNode: OnnxModel = {
  name: "probe", doc: "", opset: 18, irVersion: 8, producerVersion: "",
  inputs: [{ name: "x", type: "float32", shape: [1, 1, 2, 2] }],
  outputs: [{ name: "y", type: "float32", shape: [1, 1, 2, 2] }],
  values: [], constants: [], weights: [], metadata: [],
  nodes: [{ op: "Relu", name: "node y", inputs: ["x"], outputs: ["y"], attributes: {} }],
};

export async function tryProviders(names: readonly DeviceName[] = deviceNames, options: DeviceOptions = {}): Promise<readonly Provider[]> {
  const folder = temporaryFolder("doctor");
  try {
    const path = join(folder.path, "probe.onnx");
    await writeFile(path, joinBytes(layOut(oneNode, { weights: "none" }).segments.map((segment) => (segment.kind === "bytes" ? segment.bytes : new Uint8Array()))));
    const found: Provider[] = [];
    for (const name of names) found.push(await tryProvider(name, path, options));
    return found;
  } finally {
    await folder.remove();
  }
}

async function tryProvider(name: DeviceName, path: string, options: DeviceOptions): Promise<Provider> {
  const device = openDevice({ timeout: 60_000, ...options });
  const software = name === "webgpu" && playsGpu(options);
  try {
    const begun = performance.now();
    const session = await device.open(path, { device: name });
    const { outputs } = await session.run({ x: { type: "float32", shape: [1, 1, 2, 2], data: Float32Array.of(-1, 0, 1, 2) } });
    const result = [...(outputs["y"]!.data as Float32Array)];
    const right = result.join() === "0,0,1,2";
    return {
      name, available: right, software, raw: "", milliseconds: performance.now() - begun,
      says: right ? (name === "cpu" ? "works" : software ? "works, but in software (SwiftShader): slower than the CPU, good for tests" : "works") : `computes wrongly: relu(-1, 0, 1, 2) came out as ${result.join(", ")}`,
      help: right ? [] : ["update the graphics driver"],
    };
  } catch (error) {
    if (error instanceof RuntimeMissing) throw error;
    const problem = error instanceof RuntimeProblem ? error : new RuntimeProblem("other", error instanceof Error ? error.message : String(error), "");
    return { name, available: false, software, milliseconds: undefined, raw: problem.raw, ...explain(name, problem, options) };
  } finally {
    device.close();
  }
}

const environmentOf = (options: DeviceOptions): Readonly<Record<string, string | undefined>> => ({ ...process.env, ...options.environment });
const icdFiles = (options: DeviceOptions): readonly string[] => {
  const environment = environmentOf(options);
  return (environment["VK_ICD_FILENAMES"] ?? environment["VK_DRIVER_FILES"] ?? "").split(process.platform === "win32" ? ";" : ":").filter((file) => file !== "");
};
const playsGpu = (options: DeviceOptions): boolean => icdFiles(options).some((file) => /swiftshader|lvp_icd|llvmpipe/i.test(file));

const swiftShader = ["/usr/lib/chromium/vk_swiftshader_icd.json", "/usr/lib/chromium-browser/vk_swiftshader_icd.json", "/opt/google/chrome/vk_swiftshader_icd.json"];

function explain(name: DeviceName, problem: RuntimeProblem, options: DeviceOptions): { readonly says: string; readonly help: readonly string[] } {
  if (problem.kind === "timeout" || problem.kind === "crashed") return { says: `does not come up: ${problem.message}`, help: ["update the driver; the other devices are not touched by this"] };
  if (name === "webgpu") {
    const lost = icdFiles(options).filter((file) => !existsSync(file));
    const here = swiftShader.find((file) => existsSync(file));
    if (/libvulkan\.so\.1: cannot open/.test(problem.raw)) {
      const beside = here !== undefined && existsSync(join(dirname(here), "libvulkan.so.1"));
      return {
        says: "the Vulkan loader libvulkan.so.1 is not installed",
        help: ["install it: the package libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora)", ...(beside ? [`or take chromium's: LD_LIBRARY_PATH=${dirname(here)} VK_ICD_FILENAMES=${here} segc ...`] : [])],
      };
    }
    return {
      says: lost.length > 0 ? `there is no file ${lost[0]}, which VK_ICD_FILENAMES names` : process.platform === "linux" ? `ONNX Runtime finds no Vulkan driver${drivers()}` : problem.message,
      help: [
        ...(process.platform === "linux" ? ["a GPU needs its Vulkan driver: NVIDIA's own, or the package mesa-vulkan-drivers for AMD and Intel (Mesa 22's llvmpipe is refused)"] : ["update the graphics driver"]),
        here === undefined ? "without a GPU: the package chromium brings SwiftShader; set VK_ICD_FILENAMES to its vk_swiftshader_icd.json" : `without a GPU: VK_ICD_FILENAMES=${here} segc ... runs it in software (SwiftShader)`,
      ],
    };
  }
  if (name === "cuda") {
    const missing = /lib\w+\.so[.\d]*(?=: cannot open)/.exec(problem.raw)?.[0];
    if (process.platform !== "linux") return { says: "ONNX Runtime has CUDA for Node on Linux x64 only", help: process.platform === "win32" ? ["WebGPU uses the same GPU"] : [] };
    const card = existsSync("/dev/nvidiactl") || existsSync("/proc/driver/nvidia/version");
    const bundled = cudaLibrary();
    return {
      says: `${card ? "there is an NVIDIA driver, but " : "no NVIDIA driver is seen, and "}${bundled ? (missing === undefined ? "the CUDA libraries do not load" : `${missing} is not found`) : "ONNX Runtime's CUDA provider is not installed"}`,
      help: [
        ...(card ? [] : ["install NVIDIA's driver (in a container: start it with the GPU)"]),
        ...(bundled ? [] : [`npm's install script brings it: npm_config_onnxruntime_node_install=true npm rebuild onnxruntime-node --ignore-scripts=false; offline, copy libonnxruntime_providers_cuda.so, _shared.so and _tensorrt.so of the same version from the NuGet package Microsoft.ML.OnnxRuntime.Gpu.Linux into ${libraryFolder()}`]),
        "CUDA 12 and cuDNN 9 must be on the loader's path (LD_LIBRARY_PATH)",
      ],
    };
  }
  return { says: problem.message, help: ["reinstall: npm install onnxruntime-node --ignore-scripts"] };
}

function drivers(): string {
  const folders = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];
  const found = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  return found.length === 0 ? ", and none is installed" : ` that it can use (installed: ${found.join(", ")})`;
}

const libraryFolder = (): string => join(dirname(findRuntime()), "..", "bin", "napi-v6", process.platform, process.arch);

function cudaLibrary(): boolean {
  try {
    return existsSync(join(libraryFolder(), "libonnxruntime_providers_cuda.so"));
  } catch {
    return false;
  }
}

/** The version of onnxruntime-node that is used. */
export function runtimeVersion(): string {
  try {
    return (JSON.parse(readFileSync(join(dirname(findRuntime()), "..", "package.json"), "utf8")) as { version: string }).version;
  } catch {
    return "unknown";
  }
}

/** The fastest that works: a real GPU before the CPU, the CPU before a GPU in software. */
export function chooseDevice(providers: readonly Provider[]): { readonly device: DeviceName; readonly why: string } {
  const works = (name: DeviceName): Provider | undefined => providers.find((one) => one.name === name && one.available && !one.software);
  const best = works("cuda") ?? works("webgpu");
  if (best) return { device: best.name, why: `${best.name} works here` };
  const software = providers.find((one) => one.software && one.available);
  return { device: "cpu", why: software ? "the only GPU is software (SwiftShader), which is slower" : "no GPU can be used; `segc doctor` says why" };
}
