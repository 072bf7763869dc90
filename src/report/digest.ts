import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex } from "@noble/hashes/utils";
import { utf8 } from "../onnx/utf8.js";

/** 32 hexadecimal digits. */
export const digest = (text: string): string => bytesToHex(sha256(utf8(text))).slice(0, 32);
