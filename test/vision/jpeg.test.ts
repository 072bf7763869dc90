import { expect, test } from "vitest";
import { ImageProblem } from "../../src/vision/image-problem.js";
import { decodeImage } from "../../src/vision/read-image.js";
// Files and pixels by Pillow 12.3 (libjpeg-turbo); pixels as [x, y, ...values] of the upright image.
import jpegs from "./jpegs.json" with { type: "json" };

test.each(Object.entries(jpegs))("%s: upright, with the pixels that Pillow sees", async (name, { base64, probes, ...size }) => {
  const image = await decodeImage(Buffer.from(base64, "base64"));
  expect(image).toMatchObject(size);
  // Colours of half resolution are spread differently at their edges.
  const tolerance = name === "subsampled" || name === "cmyk" ? 16 : 4;
  for (const [x, y, ...values] of probes) {
    const at = (y! * image.width + x!) * image.channels;
    values.forEach((value, c) => expect(Math.abs(image.data[at + c]! - value), `${x}, ${y}`).toBeLessThanOrEqual(tolerance));
  }
});

test("damaged files are said to be so", async () => {
  const good = Buffer.from(jpegs.baseline.base64, "base64");
  for (let cut = 3; cut < good.length - 2; cut += 31) {
    expect(await decodeImage(good.subarray(0, cut)).catch((error: unknown) => error), `cut at ${cut}`).toBeInstanceOf(ImageProblem);
  }
  const frame = good.indexOf(Buffer.from([0xff, 0xc0]));
  const huge = Buffer.from(good);
  huge.fill(0xff, frame + 5, frame + 9);
  await expect(decodeImage(huge)).rejects.toMatchObject({ kind: "too-large" });
  const arithmetic = Buffer.from(good);
  arithmetic[frame + 1] = 0xc9;
  await expect(decodeImage(arithmetic)).rejects.toMatchObject({ kind: "unsupported" });
});
