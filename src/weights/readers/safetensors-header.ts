/**
 * The JSON at the head of a safetensors file. Its form is fixed, so it is read by a scanner of its own: it sees names that
 * stand twice (`JSON.parse` keeps the last without a word), its depth is bounded, and a problem has its byte.
 */
import { limits } from "./limits.js";

export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Half-open, in bytes, from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** `at`: index in the text. */
export class HeaderFault extends Error {
  constructor(
    readonly at: number,
    what: string,
  ) {
    super(what);
  }
}

/** Throws `HeaderFault`. */
export function parseHeader(text: string): Header {
  const scanner = new Scanner(text);
  const entries: HeaderEntry[] = [];
  const metadata: Record<string, string> = {};
  const names = new Set<string>();
  scanner.members((name, at) => {
    if (names.has(name)) throw new HeaderFault(at, `the name ${JSON.stringify(name.slice(0, 80))} stands twice`);
    names.add(name);
    if (name === "__metadata__") scanner.members((key) => void Object.defineProperty(metadata, key, { value: scanner.string(), enumerable: true, configurable: true }));
    else entries.push(entry(scanner, name, at));
    if (entries.length > limits.tensors) throw new HeaderFault(at, `there are more than ${limits.tensors} tensors`);
  });
  scanner.end();
  return { entries, metadata };
}

function entry(scanner: Scanner, name: string, at: number): HeaderEntry {
  if (name.length > limits.nameLength) throw new HeaderFault(at, `a name is longer than ${limits.nameLength} characters`);
  let dtype: string | undefined;
  let shape: readonly number[] | undefined;
  let offsets: readonly number[] | undefined;
  scanner.members((key, place) => {
    if (key === "dtype" && dtype === undefined) dtype = scanner.string();
    else if (key === "shape" && shape === undefined) shape = scanner.integers(limits.rank);
    else if (key === "data_offsets" && offsets === undefined) offsets = scanner.integers(2);
    else throw new HeaderFault(place, `${JSON.stringify(key.slice(0, 80))} is not expected here`);
  });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) throw new HeaderFault(at, "a tensor needs dtype, shape and two data_offsets");
  return { name, dtype, shape, begin: offsets[0]!, end: offsets[1]! };
}

class Scanner {
  private at = 0;
  constructor(private readonly text: string) {}

  /** `{"key": <value>, ...}`; `value` reads what follows the colon. */
  members(value: (key: string, at: number) => void): void {
    this.take("{");
    if (this.peek() === "}") return void this.at++;
    for (;;) {
      this.space();
      const at = this.at;
      const key = this.string();
      this.take(":");
      value(key, at);
      if (this.peek() !== ",") break;
      this.at++;
    }
    this.take("}");
  }

  string(): string {
    this.space();
    const from = this.at;
    if (this.text[from] !== '"') throw this.fault("a string is expected");
    let at = from + 1;
    for (let code = 0; ; at++) {
      code = this.text.charCodeAt(at);
      if (code === 34) break;
      if (code === 92) at++;
      else if (!(code >= 32)) throw this.fault("a string is not closed");
    }
    this.at = at + 1;
    try {
      return JSON.parse(this.text.slice(from, this.at)) as string;
    } catch {
      throw new HeaderFault(from, "a string has an escape that JSON does not know");
    }
  }

  integers(most: number): readonly number[] {
    this.take("[");
    const values: number[] = [];
    if (this.peek() === "]") return (this.at++, values);
    for (;;) {
      this.space();
      const digits = /\d{1,16}/y;
      digits.lastIndex = this.at;
      const found = digits.exec(this.text)?.[0];
      if (found === undefined) throw this.fault("a whole number from 0 on is expected");
      if (Number(found) > Number.MAX_SAFE_INTEGER || /[\d.eE]/.test(this.text[this.at + found.length] ?? "")) throw this.fault("this number is no size or offset");
      if (values.length === most) throw this.fault(`there are more than ${most} numbers`);
      values.push(Number(found));
      this.at += found.length;
      if (this.peek() !== ",") break;
      this.at++;
    }
    this.take("]");
    return values;
  }

  /** Nothing but padding follows. */
  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.fault("the header goes on after its end");
  }

  private peek(): string | undefined {
    this.space();
    return this.text[this.at];
  }

  private take(character: string): void {
    if (this.peek() !== character) throw this.fault(`\`${character}\` is expected`);
    this.at++;
  }

  private space(): void {
    for (let code = this.text.charCodeAt(this.at); code === 32 || code === 9 || code === 10 || code === 13; code = this.text.charCodeAt(this.at)) this.at++;
  }

  private fault(what: string): HeaderFault {
    return new HeaderFault(this.at, what);
  }
}
