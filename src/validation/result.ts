/** What a check says. */
export type Status = "pass" | "warning" | "failure" | "skipped";

export interface CheckResult {
  readonly status: Status;
  /** What was measured, for people. */
  readonly figure: string;
  /** What it is held against. */
  readonly threshold: string;
  /** Why it was skipped, or what a finding means. */
  readonly because?: string;
  readonly details?: readonly string[];
  /** Figures that a threshold file may hold the network to. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** For the report. */
  readonly data?: unknown;
}

export const skipped = (because: string): CheckResult => ({ status: "skipped", figure: "", threshold: "", because });

export const worst = (statuses: readonly Status[]): Status => (["failure", "warning", "pass", "skipped"] as const).find((one) => statuses.includes(one)) ?? "skipped";

/** `0.0000123` as people write it. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0 || Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}

/** `31.0 M`, in powers of a thousand. */
export function count(value: number): string {
  const units = ["", " k", " M", " G", " T"];
  let [scaled, unit] = [value, 0];
  for (; scaled >= 1000 && unit < units.length - 1; unit++) scaled /= 1000;
  return `${unit === 0 ? scaled : scaled.toPrecision(3)}${units[unit]}`;
}
