declare module "virtual:standard-library" {
  const texts: Readonly<Record<string, string>>;
  export default texts;
  /** JSON of what `parse` gives for each, without its tokens. Empty where nothing was parsed beforehand. */
  export const trees: Readonly<Record<string, () => string>>;
}
