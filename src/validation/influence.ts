/** Where most of an influence lies: first and last index of the shortest run around the middle that holds 95 % of the sum. */
export function core(profile: readonly number[]): { readonly from: number; readonly to: number } {
  const total = profile.reduce((a, b) => a + b, 0);
  let [from, to, lost] = [0, profile.length - 1, 0];
  while (from < to) {
    const less = Math.min(profile[from]!, profile[to]!);
    if (lost + less > 0.05 * total) break;
    lost += less;
    if (profile[from]! <= profile[to]!) from++;
    else to--;
  }
  return { from, to };
}
