/** The picture that receptive fields are drawn over. */
import type { CompiledModel } from "../../compile.js";
import type { Image } from "../../vision/image.js";
import { encodePng } from "../../vision/png-file.js";
import { resizeImage } from "../../vision/resize.js";
import { dataUri } from "./heat.js";
import { at } from "./html.js";

export interface Sample {
  readonly image: Image;
  /** Of its file. */
  readonly name: string;
}

/** The photo inside the page is no larger, however large it is drawn. */
const mostSide = 440;

export interface Placed {
  readonly name: string;
  /** Pixels of the network that the picture is drawn as. */
  readonly height: number;
  readonly width: number;
}

/** As large as fits into what the user asked for, the spec's natural size, or its own. */
export function place({ image, name }: Sample, model: CompiledModel, asked: { readonly height: number; readonly width: number } | undefined): Placed {
  const natural = model.network.inputs[0]?.image.natural;
  const [height, width] = asked ? [asked.height, asked.width] : natural ?? [image.height, image.width];
  const scale = Math.min(height / image.height, width / image.width);
  return { name, height: Math.round(scale * image.height), width: Math.round(scale * image.width) };
}

/** Once in a page, as `#sample`; pictures use it. */
export function photo({ image }: Sample, { height, width }: Placed): string {
  const shrink = Math.min(1, mostSide / Math.max(image.height, image.width));
  const small = resizeImage(image, Math.max(1, Math.round(image.width * shrink)), Math.max(1, Math.round(image.height * shrink)));
  return `<svg class="hidden" aria-hidden="true"><defs><image id="sample" width="${at(width)}" height="${at(height)}" preserveAspectRatio="none" href="${dataUri(encodePng(small))}"/></defs></svg>`;
}
