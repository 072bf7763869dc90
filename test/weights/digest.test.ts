/** Digests that are made beside the writing: the same numbers as over the bytes at rest, whichever way they go. */
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Digest, DirectDigest, ThreadDigest, digestFor } from "../../src/weights/digest.js";
import { FileStream } from "../../src/weights/file-stream.js";
import { random } from "../property/random.js";

const folder = mkdtempSync(join(tmpdir(), "segc-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (...parts: readonly Uint8Array[]): string => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

const noise = (length: number, seed: number): Uint8Array => {
  const r = random(seed);
  return Uint8Array.from({ length }, () => r.int(0, 255));
};

/** A file that is written and hashed, and what happens to it. */
async function written(digest: Digest, work: (write: (bytes: Uint8Array) => void, path: string) => Promise<void>): Promise<void> {
  const path = join(folder, "written");
  const descriptor = openSync(path, "w+");
  try {
    digest.begin(descriptor);
    await work((bytes) => {
      writeSync(descriptor, bytes);
      digest.wrote(bytes);
    }, path);
  } finally {
    await digest.abandon();
    closeSync(descriptor);
  }
}

describe("a file that is hashed while it is written", () => {
  const kinds: Readonly<Record<string, () => Digest>> = { direct: () => new DirectDigest(), thread: () => new ThreadDigest() };
  for (const [name, make] of Object.entries(kinds)) {
    test(`${name}: many small pieces, empty ones too, and one that is larger than any buffer`, async () => {
      const digest = make();
      const seen: Uint8Array[] = [];
      await written(digest, async (write) => {
        const r = random(1);
        for (let n = 0; n < 1000; n++) {
          const piece = noise(n === 500 ? 3_000_000 : r.int(0, 5000), n);
          seen.push(piece);
          write(piece);
          if (r.chance(0.1)) await new Promise((resolve) => setTimeout(resolve, 1));
        }
        expect(await digest.digest()).toBe(sha256(...seen));
      });
    });
    test(`${name}: of nothing`, () => {
      const digest = make();
      return written(digest, async () => expect(await digest.digest()).toBe(sha256()));
    });
    test(`${name}: abandoned half-way, and before it began`, async () => {
      await written(make(), async (write) => write(noise(50, 1)));
      await make().abandon();
    });
  }

  test("a file that somebody else cuts off is an error, no digest of something else", async () => {
    const digest = new ThreadDigest();
    await written(digest, async (_, path) => {
      truncateSync(path);
      digest.wrote(noise(1000, 1));
      await expect(digest.digest()).rejects.toThrow("the file has only 0 bytes");
    });
  });

  test("few bytes are not worth a thread", () => {
    expect(digestFor(1000)).toBeInstanceOf(DirectDigest);
  });
});

describe("a stream writes what it is given and what is made in it, and its digest agrees with the file", () => {
  for (const total of [0, 1, 700, 3_000_000, 17_000_000])
    test(`${total} bytes`, async () => {
      const path = join(folder, `${total}`);
      const stream = await FileStream.open(path, digestFor(total));
      const content = noise(Math.min(total, 2_000_000), 7);
      const expected = Buffer.alloc(total);
      const r = random(3);
      try {
        while (stream.bytes < total) {
          const at = stream.bytes;
          const piece = content.subarray(0, Math.min(total - at, r.int(1, r.chance(0.5) ? 100 : content.length)));
          const element = r.chance(0.5) ? 2 : 4;
          if (r.chance(0.5) || piece.length < element) await stream.write(piece);
          else {
            const room = await stream.room(piece.length, element);
            expect([room.byteOffset % element, room.length % element]).toEqual([0, 0]);
            expect(room.length).toBeGreaterThan(0);
            room.set(piece.subarray(0, room.length));
          }
          expected.set(piece.subarray(0, stream.bytes - at), at);
        }
        await stream.finish();
        expect(existsSync(path)).toBe(false);
        await stream.keep();
        expect(await stream.sha256()).toBe(sha256(expected));
      } finally {
        await stream.close();
      }
      expect(readFileSync(path).equals(expected)).toBe(true);
    });

  test("what is closed before it is kept leaves nothing", async () => {
    const stream = await FileStream.open(join(folder, "dropped"), digestFor(20_000_000));
    await stream.write(noise(2_000_000, 1));
    await stream.close();
    expect(readdirSync(folder).filter((name) => name.includes("dropped"))).toEqual([]);
  });
});
