/**
 * npm run picture: draws docs/report.png, parts of the report of U-Net as a browser shows them. Needs a build and chromium. Fonts and
 * milliseconds differ from machine to machine, so `npm run gen -- --check` does not hold it.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { encodePng } from "../src/vision/png-file.js";
import { decodeImage } from "../src/vision/read-image.js";
import { Browser, browserPath } from "./browser.js";

/** Sections that are shown; the others would make it long. */
const shown = ["verdict", "receptive_field", "numerics"];
const [width, scale] = [1180, 0.5];

if (browserPath === undefined) throw new Error("there is no chromium");
const folder = mkdtempSync(join(tmpdir(), "segc-picture-"));
try {
  const report = join(folder, "report.html");
  execFileSync(process.execPath, ["dist/segc.js", "validate", "unet", "--device", "cpu", "--html", report], { stdio: "inherit" });
  const browser = Browser.open(browserPath);
  const picture = await browser.visit(pathToFileURL(report).href, { width, height: 900 }, async ({ evaluate, picture: take }) => {
    await evaluate(`document.querySelectorAll("section[id], footer, details, .look").forEach((one) => ${JSON.stringify(shown)}.includes(one.id) || one.remove())`);
    return take({ x: 0, y: 0, width, height: await evaluate<number>("Math.ceil(document.querySelector('main').getBoundingClientRect().height)"), scale });
  });
  await browser.close();
  const { data, ...image } = await decodeImage(picture);
  // Without the last two bits, which nobody sees, it is much smaller.
  const bytes = encodePng({ ...image, data: data.map((value) => Math.min(255, Math.round(value / 4) * 4)) });
  writeFileSync("docs/report.png", bytes);
  console.log(`docs/report.png: ${bytes.length} bytes`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
