/** A spec whose network has about this many nodes: a deep chain of convolutions, each with a shortcut around it. */
export const chainOf = (nodes) => `/// ${nodes} nodes, for measuring.
model Chain() {
  input image: [N, 8, H, W]
  x[0] = image
  for i in 1..${Math.floor(nodes / 4)} {
    x[i] = (x[i-1] -> conv(8, 3) -> batchnorm -> relu) + x[i-1]
  }
  head y = x[${Math.floor(nodes / 4)}] -> conv(2, 1)
}
`;
