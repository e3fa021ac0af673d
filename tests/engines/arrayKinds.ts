/** Makes the kinds of arrays that users may have, and says how the library must treat each. */
type Float = Float32ArrayConstructor | Float64ArrayConstructor;

/** An array; `change` is called between two steps. */
export interface Held {
  readonly array: unknown;
  readonly change?: () => void;
}

/** Makes an array; undefined if the engine has no such kind. */
export type Make = (Class: Float, length: number) => Held | undefined;

export type Makers = Readonly<Record<string, Make>>;

let other: typeof globalThis | undefined;

/** The classes of another realm: those of a frame in a page, and of a `node:vm` context elsewhere. */
function realm(): typeof globalThis {
  other ??=
    typeof document === "object"
      ? (document.body.appendChild(document.createElement("iframe")).contentWindow as never)
      : process.getBuiltinModule("node:vm").runInNewContext("globalThis");
  return other!;
}

const bytesOf = (Class: Float, length: number): number => Class.BYTES_PER_ELEMENT * length;

/** A resizable buffer. The type is declared here because the compiler's library is for an older version of the language. */
interface Resizable {
  resize?(bytes: number): void;
  grow?(bytes: number): void;
}

/**
 * An array in a buffer that may grow to twice its size.
 * @param factor by which it is resized
 * @param length of a view of fixed length
 */
function resizable(
  name: "ArrayBuffer" | "SharedArrayBuffer",
  Class: Float,
  bytes: number,
  factor: number,
  length?: number,
): Held | undefined {
  const Buffer = globalThis[name] as unknown as
    | (new (
        bytes: number,
        options: object,
      ) => ArrayBuffer & Resizable)
    | undefined;
  if (Buffer === undefined || !("resize" in Buffer.prototype || "grow" in Buffer.prototype)) {
    return undefined;
  }
  const buffer = new Buffer(bytes, { maxByteLength: 2 * bytes });
  const change = () => (buffer.resize ?? buffer.grow)!.call(buffer, factor * bytes);
  return { array: new Class(buffer, 0, length), change };
}

function inMemory(Class: Float, length: number, shared: boolean): Held | undefined {
  const initial = Math.ceil(bytesOf(Class, length) / 65_536);
  try {
    const memory = new WebAssembly.Memory({ initial, maximum: initial + 1, shared });
    const array = new Class(memory.buffer, 0, length);
    return { array, change: () => void memory.grow(1) };
  } catch {
    return undefined;
  }
}

/** An array of any element class, if the engine has it. */
const of =
  (name: string, from: () => object = () => globalThis): Make =>
  (_, length) => {
    const Class = (from() as Record<string, (new (length: number) => unknown) | undefined>)[name];
    return Class && { array: new Class(length) };
  };

/** Kinds that are accepted as a parameter or a gradient: the results have the same bits as with the library's own arrays. */
export const kept: Makers = {
  "an array": (Class, length) => ({ array: new Class(length) }),
  "a part at an odd offset": (Class, length) => ({
    array: new Class(length + 3).subarray(1, length + 1),
  }),
  "of a class that extends": (Class, length) => ({ array: new (class extends Class {})(length) }),
  "of another realm": (Class, length) => of(Class.name, realm)(Class, length),
  "in a SharedArrayBuffer": (Class, length) =>
    typeof SharedArrayBuffer === "function"
      ? { array: new Class(new SharedArrayBuffer(bytesOf(Class, length)) as never) }
      : undefined,
  "in a resizable ArrayBuffer": (Class, length) =>
    resizable("ArrayBuffer", Class, bytesOf(Class, length), 1),
  "in a resizable ArrayBuffer that grows behind it": (Class, length) =>
    resizable("ArrayBuffer", Class, bytesOf(Class, length), 2, length),
  "in a growable SharedArrayBuffer that grows behind it": (Class, length) =>
    resizable("SharedArrayBuffer", Class, bytesOf(Class, length), 2, length),
  "in a shared WebAssembly.Memory that grows": (Class, length) => inMemory(Class, length, true),
};

/** Kinds that are accepted until their memory disappears after some steps; then they are refused. */
export const gone: Makers = {
  "transferred elsewhere": (Class, length) => {
    const array = new Class(length);
    return {
      array,
      change: () => void structuredClone(array.buffer, { transfer: [array.buffer] }),
    };
  },
  "in a resizable ArrayBuffer that shrinks": (Class, length) =>
    resizable("ArrayBuffer", Class, bytesOf(Class, length), 0.5, length),
  "as long as a resizable ArrayBuffer that shrinks": (Class, length) =>
    resizable("ArrayBuffer", Class, bytesOf(Class, 2 * length), 0.5),
  "as long as a resizable ArrayBuffer that grows": (Class, length) =>
    resizable("ArrayBuffer", Class, bytesOf(Class, length), 2),
  "as long as a growable SharedArrayBuffer that grows": (Class, length) =>
    resizable("SharedArrayBuffer", Class, bytesOf(Class, length), 2),
  "in a WebAssembly.Memory that grows": (Class, length) => inMemory(Class, length, false),
};

/** Kinds that are accepted only as a gradient. */
export const numbers: Makers = {
  "a list": (_, length) => ({ array: new Array(length).fill(0) }),
  "a list of another realm": (_, length) => ({ array: new (realm().Array)(length).fill(0) }),
  "an object with a length": (_, length) => ({ array: { length } }),
  "a Float16Array": of("Float16Array"),
  "an Int8Array": of("Int8Array"),
  "a Uint8ClampedArray": of("Uint8ClampedArray"),
  "a Uint32Array of another realm": of("Uint32Array", realm),
};

/** Kinds that are never accepted. */
export const others: Makers = {
  "a BigInt64Array": of("BigInt64Array"),
  "a BigUint64Array of another realm": of("BigUint64Array", realm),
  "a DataView": (_, length) => ({ array: new DataView(new ArrayBuffer(8 * length)) }),
  "a function": () => ({ array: () => [] }),
};
