/** Specs of about 10,000 lines: one long model, and many models and blocks. */
export function oneLongModel(stages = 2500): string {
  const body = Array.from({ length: stages }, (_, k) => `  // stage ${k}
  a${k} = x${k} -> conv(8, 3, bias: false) -> batchnorm -> relu
  b${k} = a${k} -> conv(8, 3, bias: false) -> batchnorm
  x${k + 1} = b${k} + x${k} -> relu
`).join("");
  return `/// One model, ${stages} residual stages.
model Long(classes: int = 2) {
  input image: [N, 8, H, W]
  x0 = image
${body}  head y = x${stages} -> conv(classes, 1)
}
`;
}

export const manyModels = (count = 312): string => Array.from({ length: count }, (_, m) => `/// Two convolutions and a shortcut.
block unit${m}(x: tensor, channels: int, stride: int = 1) {
  y = x -> conv(channels, 3, stride: stride, bias: false) as conv -> batchnorm as bn -> relu
  z = y -> conv(channels, 3, bias: false) as conv2 -> batchnorm as bn2
  return z + (x -> conv(channels, 1, stride: stride)) -> relu
}

/// An encoder and a decoder.
model M${m}(classes: int = 2) {
  input image: [N, 3, H, W] where H = 16*k, W = 16*l
  // down
  a = image -> unit${m}(8)
  b = a -> unit${m}(16, stride: 2)
  c = b -> unit${m}(32, stride: 2)
  d = c -> unit${m}(64, stride: 2)
  e = d -> unit${m}(64, stride: 2)
  // up
  u3 = e -> upconv(64) -> relu
  v3 = concat(u3, d) -> unit${m}(64)
  u2 = v3 -> upconv(32) -> relu
  v2 = concat(u2, c) -> unit${m}(32)
  u1 = v2 -> upconv(16) -> relu
  v1 = concat(u1, b) -> unit${m}(16)
  u0 = v1 -> upconv(8) -> relu
  v0 = concat(u0, a) -> unit${m}(8)
  head logits = v0 -> conv(classes, 1)

  expect output_stride == 16
  expect logits: [N, classes, H, W]
}
`).join("\n");
