/** The checks, in the order in which they run and are listed. A new one is its file and a line here. */
import type { Check } from "../check.js";
import { coverage } from "./coverage.js";
import { devices } from "./devices.js";
import { geometryCheck } from "./geometry.js";
import { loss } from "./loss.js";
import { numerics } from "./numerics.js";
import { proxies } from "./proxies.js";
import { receptiveField } from "./receptive-field.js";
import { latency, memory, repeatability } from "./running.js";
import { seams } from "./seams.js";
import { shapes } from "./shapes.js";
import { shift } from "./shift.js";
import { upsampling } from "./upsampling.js";

export const checks: readonly Check[] = [shapes, receptiveField, coverage, geometryCheck, shift, seams, numerics, loss, upsampling, devices, repeatability, latency, memory, proxies];

export const checkNamed: ReadonlyMap<string, Check> = new Map(checks.map((check) => [check.name, check]));
