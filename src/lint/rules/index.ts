/** The rules: one file each, and a line here. */
import type { NetworkRule, ProgramRule } from "../rule.js";
import { checkerboard } from "./checkerboard.js";
import { unusedImport } from "./unused-import.js";

export const networkRules: readonly NetworkRule[] = [checkerboard];
export const programRules: readonly ProgramRule[] = [unusedImport];
