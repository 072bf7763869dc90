/** What goes between segc and its device process. Typed arrays travel as they are (structured clone). */
import type { Port, Value } from "./session.js";

export const deviceNames = ["cpu", "webgpu", "cuda"] as const;
export type DeviceName = (typeof deviceNames)[number];

export type DeviceRequest = { readonly id: number } & (
  | {
      readonly kind: "create";
      readonly path: string;
      readonly device: DeviceName;
      readonly optimisation: "disabled" | "basic" | "extended" | "all";
      readonly threads: number | undefined;
      /** Prefix of the profile's file. */
      readonly profile: string | undefined;
      readonly cpuNodes: readonly string[];
    }
  | {
      readonly kind: "run";
      readonly session: number;
      readonly feeds: Readonly<Record<string, Value>>;
      /** What comes back of every output. */
      readonly want: "data" | "stats" | "shape";
      /** Outputs of which the values come back, whatever is wanted of the others. */
      readonly data: readonly string[];
      /** Only these outputs. */
      readonly fetch: readonly string[] | undefined;
      readonly repeat: number;
      /** Remember the results under this key; compare them with those of another. */
      readonly keep: string | undefined;
      readonly against: string | undefined;
    }
  | { readonly kind: "forget"; readonly key: string }
  | { readonly kind: "release"; readonly session: number }
  | { readonly kind: "memory" }
);

export interface DeviceReply {
  readonly id: number;
  readonly result?: Readonly<Record<string, unknown>>;
  /** ONNX Runtime's own words. */
  readonly error?: string;
}

export interface TensorStats {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  readonly min: number;
  readonly max: number;
  readonly zeros: number;
  readonly nan: number;
  readonly infinite: number;
  /** Values that a half-precision number cannot hold (above 65504). */
  readonly beyondHalf: number;
  readonly channels: number;
  /** Channels that have one value everywhere. */
  readonly constantChannels: number;
  /** 1, 5, 25, 50, 75, 95 and 99 per cent, of a sample. */
  readonly quantiles: readonly number[];
}

export interface OutputReply {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data?: Value["data"];
  readonly stats?: TensorStats | undefined;
  /** Largest distance from what was kept, its flat index, and the largest magnitude there. */
  readonly difference?: { readonly max: number; readonly at: number; readonly scale: number } | undefined;
}

export interface Created {
  readonly session: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly milliseconds: number;
}

export interface Ran {
  readonly outputs: Readonly<Record<string, OutputReply>>;
  /** Milliseconds of each round. */
  readonly times: readonly number[];
}
