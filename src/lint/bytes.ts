/** Amounts of memory. A file of its own without imports: the command line reads options before it loads anything else. */

const units: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

/** `512 MiB`, `2GB`, `4096`; undefined for what is no number of bytes. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b|)$/i.exec(text.trim());
  const bytes = match && Number(match[1]) * (units[match[2]!.toLowerCase()] ?? NaN);
  return bytes !== null && bytes >= 1 && Number.isFinite(bytes) ? Math.floor(bytes) : undefined;
}
