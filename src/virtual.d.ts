declare module "virtual:standard-library" {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}
