/** Digests that are made beside the writing: the same numbers as over the bytes at rest, whichever way they go. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Digest, DirectDigest, ThreadDigest, digestOf } from "../../src/weights/digest.js";
import { FileStream, streamMemory } from "../../src/weights/file-stream.js";
import { random } from "../property/random.js";

const folder = mkdtempSync(join(tmpdir(), "segc-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (...parts: readonly Uint8Array[]): string => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

const noise = (length: number, seed: number): Uint8Array => {
  const r = random(seed);
  return Uint8Array.from({ length }, () => r.int(0, 255));
};

describe("pieces of a memory, in the order in which they are added", () => {
  const kinds: Readonly<Record<string, (memory: SharedArrayBuffer) => Digest>> = { direct: (memory) => new DirectDigest(memory), thread: (memory) => new ThreadDigest(memory) };
  for (const [name, make] of Object.entries(kinds)) {
    test(`${name}: many more than the queue holds, empty ones too, and a memory that is written again once they are taken`, async () => {
      const memory = new SharedArrayBuffer(5000);
      const bytes = new Uint8Array(memory);
      const digest = make(memory);
      const seen: Uint8Array[] = [];
      for (let round = 0; round < 3; round++) {
        bytes.set(noise(bytes.length, round + 1));
        const r = random(round + 1);
        for (let n = 0; n < 400; n++) {
          const [from, to] = [r.int(0, 5000), r.int(0, 5000)].sort((a, b) => a - b) as [number, number];
          seen.push(bytes.slice(from, to));
          await digest.add(from, to);
        }
        await digest.taken(digest.added);
      }
      expect(await digest.digest()).toBe(sha256(...seen));
    });
    test(`${name}: of nothing`, async () => expect(await make(new SharedArrayBuffer(1)).digest()).toBe(sha256()));
    test(`${name}: abandoned half-way`, async () => {
      const digest = make(new SharedArrayBuffer(100));
      await digest.add(0, 50);
      await digest.abandon();
    });
  }

  test("few bytes are not worth a thread", () => {
    expect(digestOf(new SharedArrayBuffer(1), 1000)).toBeInstanceOf(DirectDigest);
  });
});

describe("a stream writes what it is given, and digests of all of it and of parts agree with the file", () => {
  for (const total of [0, 1, 700, 3_000_000, 17_000_000])
    test(`${total} bytes`, async () => {
      const path = join(folder, `${total}`);
      const handle = await open(path, "w");
      const memory = streamMemory(total);
      const stream = new FileStream(handle, memory, total);
      const partial = digestOf(memory, total);
      const content = noise(Math.min(total, 2_000_000), 7);
      const given: Uint8Array[] = [];
      const inside: Uint8Array[] = [];
      const r = random(3);
      try {
        while (stream.bytes < total) {
          const piece = content.subarray(0, Math.min(total - stream.bytes, r.int(1, r.chance(0.5) ? 100 : content.length)));
          given.push(piece);
          if (r.chance(0.5)) await stream.write(piece);
          else {
            inside.push(piece);
            await stream.into(partial, async () => void (await stream.write(piece)));
          }
        }
        expect(await partial.digest()).toBe(sha256(...inside));
        expect(await stream.finish()).toBe(sha256(...given));
      } finally {
        await stream.abandon();
        await partial.abandon();
        await handle.close();
      }
      expect(sha256(readFileSync(path))).toBe(sha256(...given));
    });
});
