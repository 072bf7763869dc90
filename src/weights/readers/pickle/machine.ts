/**
 * Reads a pickle as data. It is a program for a small stack machine; here its steps only ever build lists, tuples,
 * dictionaries and descriptions of tensors. Nothing is imported and nothing is called, whatever it asks for.
 */
import { readU64 } from "../bytes.js";
import { limits } from "../limits.js";
import { reduce, storageOf } from "./globals.js";
import { type PickleDict, type PickleGlobal, type PickleList, type PickleStorage, type PickleValue, is, itemsOf, opaque } from "./values.js";

/** Why a pickle is refused, and at which of its bytes. */
export class PickleFault extends Error {
  constructor(
    readonly at: number,
    what: string,
  ) {
    super(what);
  }
}

export interface Unpickled {
  readonly value: PickleValue;
  /** The byte behind it. */
  readonly end: number;
}

/** Objects made so far, over all pickles of a file. */
export interface Budget {
  objects: number;
}

/** `onStorage`: each storage that the pickle mentions. Throws `PickleFault`. */
export function unpickle(bytes: Uint8Array, start: number, budget: Budget, onStorage: (storage: PickleStorage) => void): Unpickled {
  return new Machine(bytes, start, budget, onStorage).run();
}

const mark = Symbol("mark");
const utf8 = new TextDecoder("utf-8", { fatal: true });
const latin1 = new TextDecoder("latin1");
/** Strings shorter than this are counted as objects only by being on the stack. */
const longString = 256;

class Machine {
  private readonly stack: (PickleValue | typeof mark)[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private readonly view: DataView;
  private at: number;
  /** Of the opcode that is being carried out. */
  private opcodeAt: number;

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
    private readonly budget: Budget,
    private readonly onStorage: (storage: PickleStorage) => void,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = this.opcodeAt = start;
  }

  run(): Unpickled {
    for (;;) {
      this.opcodeAt = this.at;
      const opcode = this.unsigned(1);
      if (opcode === 0x2e) return { value: this.pop(), end: this.at }; // STOP
      this.step(opcode);
      if (this.stack.length > limits.pickleStack || this.memo.size > limits.pickleStack) throw this.fault(`it needs more than ${limits.pickleStack} places`);
    }
  }

  private step(opcode: number): void {
    switch (opcode) {
      case 0x80: { // PROTO
        const protocol = this.unsigned(1);
        if (protocol < 2 || protocol > 5) throw this.fault(`it has protocol ${protocol}; 2 to 5 are read`);
        return;
      }
      case 0x95: return void this.skip(8); // FRAME
      // Constants
      case 0x4e: return this.push(null); // NONE
      case 0x88: return this.push(true); // NEWTRUE
      case 0x89: return this.push(false); // NEWFALSE
      case 0x4a: return this.push(this.view.getInt32(this.skip(4), true)); // BININT
      case 0x4b: return this.push(this.unsigned(1)); // BININT1
      case 0x4d: return this.push(this.unsigned(2)); // BININT2
      case 0x8a: return this.push(this.long(this.unsigned(1))); // LONG1
      case 0x47: return this.push(this.view.getFloat64(this.skip(8), false)); // BINFLOAT
      case 0x58: return this.push(this.text(this.unsigned(4), utf8)); // BINUNICODE
      case 0x8c: return this.push(this.text(this.unsigned(1), utf8)); // SHORT_BINUNICODE
      case 0x8d: return this.push(this.text(this.unsigned(8), utf8)); // BINUNICODE8
      case 0x55: return this.push(this.text(this.unsigned(1), latin1)); // SHORT_BINSTRING
      case 0x42: return this.binary(this.unsigned(4)); // BINBYTES
      case 0x43: return this.binary(this.unsigned(1)); // SHORT_BINBYTES
      // Memo
      case 0x71: return this.remember(this.unsigned(1)); // BINPUT
      case 0x72: return this.remember(this.unsigned(4)); // LONG_BINPUT
      case 0x94: return this.remember(this.memo.size); // MEMOIZE
      case 0x68: return this.recall(this.unsigned(1)); // BINGET
      case 0x6a: return this.recall(this.unsigned(4)); // LONG_BINGET
      // Containers
      case 0x28: return void this.stack.push(mark); // MARK
      case 0x29: return this.tuple([]); // EMPTY_TUPLE
      case 0x85: return this.tuple(this.popMany(1)); // TUPLE1
      case 0x86: return this.tuple(this.popMany(2)); // TUPLE2
      case 0x87: return this.tuple(this.popMany(3)); // TUPLE3
      case 0x74: return this.tuple(this.popMark()); // TUPLE
      case 0x5d: return this.push(this.made<PickleList>({ kind: "list", items: [] })); // EMPTY_LIST
      case 0x7d: return this.push(this.made<PickleDict>({ kind: "dict", entries: new Map() })); // EMPTY_DICT
      case 0x8f: return this.push(this.made<PickleList>({ kind: "list", items: [] })); // EMPTY_SET
      case 0x61: return this.append(this.popMany(1)); // APPEND
      case 0x65: return this.append(this.popMark()); // APPENDS
      case 0x90: return this.append(this.popMark()); // ADDITEMS
      case 0x73: return this.setItems(this.popMany(2)); // SETITEM
      case 0x75: return this.setItems(this.popMark()); // SETITEMS
      // What would be calls
      case 0x63: return this.global(this.line(), this.line()); // GLOBAL
      case 0x93: { // STACK_GLOBAL
        const [module, name] = this.popMany(2);
        if (typeof module !== "string" || typeof name !== "string") throw this.fault("the name of a global is no text");
        return this.global(module, name);
      }
      case 0x52: // REDUCE
      case 0x81: { // NEWOBJ
        const [callable, args] = this.popMany(2);
        const value = reduce(callable!, args!);
        // An OrderedDict is made of a list that stays: each call of many copies it.
        if (is(value, "dict")) this.count(value.entries.size);
        return this.push(this.made(value));
      }
      case 0x62: { // BUILD: the state of an object; of an OrderedDict its `_metadata`
        this.pop();
        if (this.stack.length === 0) throw this.fault("it takes from an empty stack");
        return;
      }
      case 0x51: { // BINPERSID
        const id = this.pop();
        const storage = storageOf(id);
        if (storage) this.onStorage(storage);
        return this.push(this.made(storage ?? opaque(describeId(id), "storage")));
      }
      default:
        throw this.fault(`the opcode 0x${opcode.toString(16).padStart(2, "0")} is none that a state dict needs`);
    }
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value === mark) throw this.fault("it takes from an empty stack");
    return value;
  }

  /** The topmost `count`, in order. */
  private popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  private popMark(): PickleValue[] {
    const from = this.stack.lastIndexOf(mark);
    if (from < 0) throw this.fault("there is no mark on the stack");
    const values = this.stack.splice(from).slice(1);
    return values as PickleValue[];
  }

  private tuple(items: readonly PickleValue[]): void {
    this.push(this.made({ kind: "tuple", items }));
  }

  private append(items: readonly PickleValue[]): void {
    const target = this.stack.at(-1);
    if (target === undefined || target === mark) throw this.fault("there is no list to append to");
    if (is(target, "list")) for (const item of items) target.items.push(item);
    else if (!is(target, "opaque")) throw this.fault("it appends to what is no list");
  }

  private setItems(items: readonly PickleValue[]): void {
    const target = this.stack.at(-1);
    if (target === undefined || target === mark) throw this.fault("there is no dictionary to fill");
    if (items.length % 2 !== 0) throw this.fault("a key has no value");
    if (is(target, "dict")) for (let i = 0; i < items.length; i += 2) target.entries.set(items[i]!, items[i + 1]!);
    else if (!is(target, "opaque")) throw this.fault("it fills what is no dictionary");
  }

  private global(module: string, name: string): void {
    if (module.length > limits.nameLength || name.length > limits.nameLength) throw this.fault("the name of a global is too long");
    this.push(this.made<PickleGlobal>({ kind: "global", module, name }));
  }

  private remember(index: number): void {
    const value = this.stack.at(-1);
    if (value === undefined || value === mark) throw this.fault("there is nothing to remember");
    this.memo.set(index, value);
  }

  private recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.fault(`nothing was remembered as ${index}`);
    this.push(value);
  }

  private made<Value extends PickleValue>(value: Value): Value {
    this.count(1);
    return value;
  }

  private count(objects: number): void {
    this.budget.objects += objects;
    if (this.budget.objects > limits.pickleObjects) throw this.fault(`it makes more than ${limits.pickleObjects} objects`);
  }

  /** Bytes are data of something opaque: passed over. */
  private binary(length: number): void {
    this.skip(length);
    this.push(this.made(opaque("bytes")));
  }

  private text(length: number, decoder: typeof utf8): string {
    const from = this.skip(length);
    if (length >= longString) this.made(null);
    try {
      return decoder.decode(this.bytes.subarray(from, from + length));
    } catch {
      throw this.fault("a text is not UTF-8");
    }
  }

  /** Up to the line's end. */
  private line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0 || end - this.at > limits.nameLength) throw this.fault("the name of a global does not end");
    const from = this.skip(end + 1 - this.at);
    return latin1.decode(this.bytes.subarray(from, end));
  }

  /** Two's complement, little-endian. */
  private long(length: number): number | bigint {
    const from = this.skip(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[from + i]!);
    if (length > 0 && this.bytes[from + length - 1]! >= 0x80) value -= 1n << BigInt(8 * length);
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  private unsigned(size: 1 | 2 | 4 | 8): number {
    const at = this.skip(size);
    switch (size) {
      case 1: return this.view.getUint8(at);
      case 2: return this.view.getUint16(at, true);
      case 4: return this.view.getUint32(at, true);
      case 8: return readU64(this.view, at);
    }
  }

  /** Passes over `count` bytes; gives where they begin. */
  private skip(count: number): number {
    if (this.at + count > this.bytes.length) throw this.fault("it is cut off");
    this.at += count;
    return this.at - count;
  }

  private fault(what: string): PickleFault {
    return new PickleFault(this.opcodeAt, what);
  }
}

function describeId(id: PickleValue): string {
  const type = itemsOf(id)[1];
  return is(type, "global") ? `a storage of type ${type.module}.${type.name}` : "a storage of a kind that is not known";
}
