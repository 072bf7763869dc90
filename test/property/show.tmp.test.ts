import { test } from "vitest";
import { generate } from "./generator.js";
import { writeFileSync, appendFileSync, readFileSync } from "node:fs";
import { bytesOf, compiled, image, withSession } from "./run.js";
test("x", async () => { 
  const m = compiled(readFileSync("/tmp/spec.seg","utf8"));
  await withSession(bytesOf(m.onnx), async (s) => {
    for (const [H,W] of [[2,6],[1,6],[10,9],[1,3],[2,5]]) {
      appendFileSync("/tmp/trace2", `${H} ${W}: `);
      try { const o = await s.run({ image: image([1,6,H!,W!]) }); appendFileSync("/tmp/trace2", JSON.stringify(Object.values(o).map(v=>v.shape))+"\n"); } catch (e) { appendFileSync("/tmp/trace2", String(e)+"\n"); }
    }
  });
});
