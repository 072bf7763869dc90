/** `segc validate --json` is what schemas/validate.schema.json says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built, run } from "../cli/segc.js";
import { faultsBy } from "../report/schema.js";

const faults = faultsBy(JSON.parse(readFileSync("schemas/validate.schema.json", "utf8")) as object);

let folder: string;
beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-schema-"));
  writeFileSync(join(folder, "net.seg"), "model Net(width: int = 2) {\n  input image: [N, 3, H, W]\n  head y = image -> conv(width, 3) -> relu -> conv(2, 1)\n}\n");
  writeFileSync(join(folder, "wrong.seg"), "model Net {\n  input image: [N, 3, H, W]\n  head y = nothing\n}\n");
}, 200_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("a report of every check", () => {
  const { stdout } = run(["validate", "net.seg", "--device", "cpu", "--size", "32", "--threads", "1", "--json"], { cwd: folder });
  const report = JSON.parse(stdout) as { readonly checks: readonly Readonly<Record<string, unknown>>[] };
  expect(faults(report)).toEqual([]);
  expect(report.checks.length).toBeGreaterThan(10);
  // The test can fail.
  expect(faults({ ...report, status: "fine" })).not.toEqual([]);
  expect(faults({ ...report, extra: 1 })).not.toEqual([]);
  expect(faults({ ...report, checks: [{ ...report.checks[0], because: undefined, seconds: -1 }] })).not.toEqual([]);
  const { checks: _, ...without } = report;
  expect(faults(without)).not.toEqual([]);
}, 100_000);

test("a spec that is refused", () => {
  const { status, stdout } = run(["validate", "wrong.seg", "--device", "cpu", "--json"], { cwd: folder });
  expect(status).toBe(1);
  expect(faults(JSON.parse(stdout))).toEqual([]);
  expect(faults({ schema: 1, problems: [] })).not.toEqual([]);
});
