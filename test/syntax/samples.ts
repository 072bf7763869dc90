/** The networks of the design, as their authors would write them. */
export const samples = {
  unet: `/// U-Net: Convolutional Networks for Biomedical Image Segmentation (Ronneberger, Fischer, Brox, 2015)
use std.blocks { double_conv }

model UNet(classes: int = 2, base: int = 64, depth: int = 4) {
  input image: [N, 1, H, W]  where H = 16*k + 124, W = 16*m + 124

  encoder {
    down[0] = image -> double_conv(base, padding: valid)
    for i in 1..depth {
      down[i] = down[i-1] -> maxpool(2) -> double_conv(base * 2^i, padding: valid)
    }
  }

  decoder {
    up[depth] = down[depth] -> dropout(0.5)
    for i in depth-1 downto 0 {
      grown  = up[i+1] -> upconv(base * 2^i, kernel: 2, stride: 2)
      skip s = down[i] -> crop(like: grown)
      up[i]  = concat(s, grown) -> double_conv(base * 2^i, padding: valid)
    }
  }

  head logits = up[0] -> conv(classes, kernel: 1)

  expect logits: [N, classes, H - 184, W - 184]
  expect conv_layers == 23
  expect parameters  == 31_030_658
}
`,
  unetpp: `/// UNet++ (Zhou et al., 2018): x[i][j] is the paper's own formula.
model UNetPlusPlus(classes: int = 1, filters: [int] = [32, 64, 128, 256, 512]) {
  input image: [N, 3, H, W]
  let depth = len(filters) - 1

  encoder {
    x[0][0] = image -> node(filters[0])
    for i in 1..depth { x[i][0] = x[i-1][0] -> maxpool(2) -> node(filters[i]) }
  }
  decoder {
    for j in 1..depth, i in 0..depth-j {
      x[i][j] = concat(x[i][0..j-1], x[i+1][j-1] -> upconv(filters[i], 2, stride: 2)) -> node(filters[i])
    }
  }
  for j in 1..depth { head out[j] = x[0][j] -> conv(classes, 1) -> sigmoid }
}
`,
  fcn8s: `/// FCN-8s (Long, Shelhamer, Darrell, 2015)
use std.vgg { vgg16_fcn }

model FCN8s(classes: int = 21) {
  input image: [N, 3, H, W]
  encoder features = image -> vgg16_fcn(pad: 100)

  decoder {
    up32    = features.fc7 -> conv(classes, 1) as score_fr -> upconv(classes, 4, stride: 2, init: bilinear, frozen: true)
    skip p4 = features.pool4 -> conv(classes, 1) as score_pool4 -> crop(like: up32, offset: 5)
    up16    = up32 + p4 -> upconv(classes, 4, stride: 2, init: bilinear, frozen: true)
    skip p3 = features.pool3 -> conv(classes, 1) as score_pool3 -> crop(like: up16, offset: 9)
  }
  head logits = up16 + p3 -> upconv(classes, 16, stride: 8, init: bilinear, frozen: true) -> crop(like: image, offset: 31)
}
`,
  deeplab: `/// DeepLab v3+ (Chen et al., 2018)
use std.resnet { resnet101 }
use std.aspp   { aspp }
use std.blocks { conv_bn_relu, separable_conv }

model DeepLabV3Plus(classes: int = 21, output_stride: int in {8, 16} = 16) {
  input image: [N, 3, H, W]
  encoder backbone = image -> resnet101(output_stride)
  context pyramid  = backbone.c5 -> aspp(channels: 256, rates: [6, 12, 18] * (16 / output_stride), image_pool: true)
  skip    low      = backbone.c2 -> conv_bn_relu(48, 1)
  decoder fused    = concat(pyramid -> resize(like: low), low) -> conv_bn_relu(256, 3) -> conv_bn_relu(256, 3)
  head    logits   = fused -> conv(classes, 1) -> resize(like: image)
}
`,
};
