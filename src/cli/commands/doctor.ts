import { type ExitCode, defineCommand } from "../command.js";
import { withoutRuntime } from "../failure.js";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Says on which devices networks can run here, and how to get the others",
  operands: "",
  atLeast: 0,
  atMost: 0,
  doc: "Tries the CPU, WebGPU (Vulkan, Metal, D3D12) and CUDA with a graph of one node, each in a process of its own.",
  options: {},
  examples: [
    { line: "segc doctor", doc: "what is there, and why the rest is not" },
    { line: "segc doctor --verbose", doc: "with ONNX Runtime's own words" },
  ],
  async run({ options, terminal }): Promise<ExitCode> {
    const { chooseDevice, runtimeVersion, tryProviders } = await import("../../runtime/providers.js");
    const { RuntimeMissing } = await import("../../runtime/runtime-problem.js");
    const providers = await tryProviders().catch((error: unknown) => {
      if (error instanceof RuntimeMissing) throw withoutRuntime(error);
      throw error;
    });
    const choice = chooseDevice(providers);
    if (options.json) {
      terminal.out(JSON.stringify({
        schema: 1, runtime: runtimeVersion(), node: process.version, platform: `${process.platform} ${process.arch}`, chosen: choice.device,
        devices: providers.map(({ name, available, software, says, help, milliseconds }) => ({ name, available, software, says, help, milliseconds: milliseconds ?? null })),
      }, null, 2));
      return 0;
    }
    const lines = providers.flatMap(({ name, available, says, help, raw }) => [
      `${available ? "yes" : "no "}  ${name.padEnd(7)} ${says}`,
      ...help.map((one) => `             - ${one}`),
      ...(terminal.verbose && raw !== "" ? raw.trimEnd().split("\n").map((line) => `             | ${line}`) : []),
    ]);
    terminal.out([`ONNX Runtime ${runtimeVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`, "", ...lines, "", `segc runs on ${choice.device}: ${choice.why}`].join("\n"));
    return 0;
  },
});
