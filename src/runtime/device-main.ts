/**
 * What runs inside the device process. ONNX Runtime blocks its thread, prints on its own and can take the process down with
 * it, so nothing of it is loaded where segc itself runs.
 *
 * The function is sent to `node -e` as text: it may use its parameters and what stands inside of it, nothing else. So there is no
 * second file to find beside the bundle, and the same text runs from src/, from dist/ and in tests.
 */
import type * as Ort from "onnxruntime-node";
import type { DeviceReply, DeviceRequest, OutputReply, TensorStats } from "./device-messages.js";

export function deviceMain(loadRuntime: () => typeof Ort, host: NodeJS.Process): void {
  const sessions = new Map<number, Ort.InferenceSession>();
  /** Results that later runs are compared with, by key and output. */
  const kept = new Map<string, Record<string, Ort.Tensor>>();
  let runtime: typeof Ort | undefined;
  let next = 1;
  const reply = (message: DeviceReply): void => void host.send?.(message);

  const ort = (): typeof Ort => {
    if (runtime === undefined) {
      runtime = loadRuntime();
      runtime.env.logLevel = "fatal"; // read once, before the first session
    }
    return runtime;
  };

  const numbersOf = (tensor: Ort.Tensor): Float32Array | undefined => (tensor.type === "float32" ? (tensor.data as Float32Array) : undefined);

  function stats(tensor: Ort.Tensor): TensorStats | undefined {
    const data = numbersOf(tensor);
    if (data === undefined || data.length === 0) return undefined;
    let [sum, zeros, nan, infinite, beyondHalf] = [0, 0, 0, 0, 0];
    let [min, max] = [Infinity, -Infinity];
    for (const value of data) {
      if (value === 0) zeros++;
      else if (Number.isNaN(value)) nan++;
      else if (value === Infinity || value === -Infinity) infinite++;
      if (value > 65504 || value < -65504) beyondHalf++;
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
    }
    const mean = sum / data.length;
    let square = 0;
    for (const value of data) square += (value - mean) * (value - mean);
    const step = Math.max(1, Math.floor(data.length / 4096));
    const sample: number[] = [];
    for (let i = 0; i < data.length; i += step) sample.push(data[i]!);
    sample.sort((a, b) => a - b);
    // Channels that give one value, whatever they see.
    const [batch = 1, channels = 1] = tensor.dims;
    const plane = tensor.dims.slice(2).reduce((a, b) => a * b, 1);
    let constant = 0;
    if (plane > 1)
      for (let c = 0; c < channels; c++) {
        const first = data[c * plane]!;
        let same = true;
        for (let n = 0; n < batch && same; n++) for (let i = (n * channels + c) * plane, end = i + plane; i < end && same; i++) same = data[i] === first;
        if (same) constant++;
      }
    return {
      count: data.length, mean, variance: square / data.length, min, max, zeros, nan, infinite, beyondHalf, channels, constantChannels: constant,
      quantiles: [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map((q) => sample[Math.round(q * (sample.length - 1))]!),
    };
  }

  function difference(tensor: Ort.Tensor, reference: Ort.Tensor | undefined): OutputReply["difference"] {
    const [a, b] = [tensor.data as ArrayLike<number | bigint>, reference?.data as ArrayLike<number | bigint> | undefined];
    if (b === undefined || a.length !== b.length) return { max: Infinity, at: 0, scale: 0 };
    let [max, at, scale] = [0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      const [x, y] = [Number(a[i]), Number(b[i])];
      const distance = x === y || (x !== x && y !== y) ? 0 : Math.abs(x - y);
      if (distance > max || distance !== distance) [max, at] = [distance, i];
      if (Math.abs(y) > scale) scale = Math.abs(y);
    }
    return { max, at, scale };
  }

  async function handle(request: DeviceRequest): Promise<Record<string, unknown>> {
    switch (request.kind) {
      case "create": {
        const begun = performance.now();
        const session = await ort().InferenceSession.create(request.path, {
          executionProviders: [request.device === "webgpu" && request.cpuNodes.length > 0 ? { name: "webgpu", forceCpuNodeNames: [...request.cpuNodes] } : request.device],
          graphOptimizationLevel: request.optimisation,
          logSeverityLevel: 4,
          ...(request.threads === undefined ? {} : { intraOpNumThreads: request.threads, interOpNumThreads: 1 }),
          ...(request.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: request.profile }),
        });
        sessions.set(next, session);
        const port = (meta: Ort.InferenceSession.ValueMetadata) => (meta.isTensor ? { name: meta.name, type: meta.type, shape: meta.shape } : { name: meta.name, type: "none", shape: [] });
        return { session: next++, inputs: session.inputMetadata.map(port), outputs: session.outputMetadata.map(port), milliseconds: performance.now() - begun };
      }
      case "run": {
        const session = sessions.get(request.session);
        if (session === undefined) throw new Error("Session already disposed");
        const feeds = Object.fromEntries(Object.entries(request.feeds).map(([name, { type, data, shape }]) => [name, new (ort().Tensor)(type, data as never, shape)]));
        const times: number[] = [];
        let results: Record<string, Ort.Tensor> = {};
        for (let round = 0; round < request.repeat; round++) {
          const begun = performance.now();
          results = await session.run(feeds, request.fetch === undefined ? session.outputNames : [...request.fetch]) as Record<string, Ort.Tensor>;
          times.push(performance.now() - begun);
        }
        const reference = request.against === undefined ? undefined : kept.get(request.against);
        const outputs: Record<string, OutputReply> = {};
        for (const [name, tensor] of Object.entries(results))
          outputs[name] = {
            type: tensor.type, shape: [...tensor.dims],
            ...(request.want === "data" || request.data.includes(name) ? { data: tensor.data as NonNullable<OutputReply["data"]> } : {}),
            ...(request.want === "stats" ? { stats: stats(tensor) } : {}),
            ...(request.against === undefined ? {} : { difference: difference(tensor, reference?.[name]) }),
          };
        if (request.keep !== undefined) kept.set(request.keep, results);
        return { outputs, times };
      }
      case "forget":
        kept.delete(request.key);
        return {};
      case "release": {
        const session = sessions.get(request.session);
        sessions.delete(request.session);
        // Ends the profile, where there is one.
        (session as { endProfiling?: () => void } | undefined)?.endProfiling?.();
        await session?.release();
        return {};
      }
      case "memory":
        return { rss: host.memoryUsage().rss, peak: host.resourceUsage().maxRSS * 1024 };
    }
  }

  host.on("message", (request: DeviceRequest) => {
    handle(request).then(
      (result) => reply({ id: request.id, result }),
      (error: unknown) => reply({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
    );
  });
  // Whoever started this process has gone, or closes it.
  host.on("disconnect", () => host.exit(0));
  // Ctrl-C reaches the whole group; the parent decides what becomes of this process.
  host.on("SIGINT", () => undefined);
  reply({ id: 0, result: {} });
}
