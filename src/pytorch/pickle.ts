/** Writes plain data and tensors as Python's pickle, protocol 2, as `torch.save` does. */
import { TorchFileError } from "./errors.ts";
import { asStored, typeOfStorage } from "./storage.ts";
import {
  elementsIn,
  elementsOf,
  isDict,
  isTensor,
  type TorchArrays,
  type TorchTensor,
  TorchTuple,
  type TorchType,
  type TorchValue,
} from "./value.ts";

/** An array of elements as a file has it. */
export type FileArray = TorchArrays[TorchType] | Uint16Array;

/** By type, the name of the class that files call a storage. */
const storageOfType = new Map([...typeOfStorage].map(([name, type]) => [type, name]));

const code = {
  ...{ proto: 0x80, stop: 0x2e, mark: 0x28, none: 0x4e, true: 0x88, false: 0x89 },
  ...{
    int: 0x4a,
    long: 0x8a,
    float: 0x47,
    text: 0x58,
    global: 0x63,
    reduce: 0x52,
    persistent: 0x51,
  },
  ...{ remember: 0x72, recall: 0x6a },
  ...{ list: 0x5d, appends: 0x65, tuple: 0x74, dict: 0x7d, setItems: 0x75 },
};

/** Half of a pair of UTF-16, which UTF-8 cannot hold. */
const loneSurrogate = /\p{Surrogate}/u;

/** Containers within containers, of which a state dict has five. */
const maxDepth = 200;

/** Bytes that grow. */
class Bytes {
  #array = new Uint8Array(1024);
  #length = 0;

  /** Makes room for some more. @returns where they begin */
  #grow(count: number): number {
    const from = this.#length;
    this.#length += count;
    if (this.#length > this.#array.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#array);
      this.#array = larger;
    }
    return from;
  }

  add(...bytes: readonly number[]): void {
    const at = this.#grow(bytes.length);
    this.#array.set(bytes, at);
  }

  addAll(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length);
    this.#array.set(bytes, at);
  }

  /** Writes a number of so many bytes. */
  number(size: 4 | 8, write: (view: DataView, at: number) => void): void {
    const at = this.#grow(size);
    write(new DataView(this.#array.buffer), at);
  }

  done(): Uint8Array {
    return this.#array.slice(0, this.#length);
  }
}

export class Pickler {
  readonly #bytes = new Bytes();
  readonly #encoder = new TextEncoder();
  /** Where in the pickle's memory lists, tuples, dicts and tensors are. */
  readonly #memo = new Map<unknown, number>();
  /** The tensors' elements in the order of their keys. */
  readonly arrays: FileArray[] = [];

  /** @throws {TorchFileError} where it is no value that PyTorch knows */
  write(value: TorchValue): Uint8Array {
    this.#bytes.add(code.proto, 2);
    this.#value(value, 0);
    this.#bytes.add(code.stop);
    return this.#bytes.done();
  }

  #value(value: TorchValue, depth: number): void {
    if (depth > maxDepth) {
      throw new TorchFileError(`values are nested more than ${maxDepth} deep`);
    }
    if (value === null || typeof value === "boolean") {
      this.#bytes.add(value === null ? code.none : code[`${value}`]);
    } else if (typeof value === "number") {
      this.#number(value);
    } else if (typeof value === "bigint") {
      this.#long(value);
    } else if (typeof value === "string") {
      this.#text(value);
    } else if (this.#memo.has(value)) {
      this.#key(code.recall, this.#memo.get(value)!);
    } else if (isTensor(value)) {
      this.#tensor(value);
      this.#remember(value);
    } else {
      this.#container(value as Exclude<TorchValue, TorchTensor | string | number>, depth + 1);
    }
  }

  #key(instruction: number, key: number): void {
    this.#bytes.add(instruction);
    this.#bytes.number(4, (view, at) => view.setUint32(at, key, true));
  }

  /** What was written last may come again. */
  #remember(value: unknown): void {
    this.#key(code.remember, this.#memo.size);
    this.#memo.set(value, this.#memo.size);
  }

  #number(value: number): void {
    const isInt = Number.isSafeInteger(value) && !Object.is(value, -0);
    if (isInt && value === (value | 0)) {
      this.#bytes.add(code.int);
      this.#bytes.number(4, (view, at) => view.setInt32(at, value, true));
    } else if (isInt) {
      this.#long(BigInt(value));
    } else {
      this.#bytes.add(code.float);
      this.#bytes.number(8, (view, at) => view.setFloat64(at, value));
    }
  }

  #long(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) {
      throw new TorchFileError(`${value} has more than 64 bits`);
    }
    this.#bytes.add(code.long, 8);
    this.#bytes.number(8, (view, at) => view.setBigInt64(at, value, true));
  }

  #text(text: string): void {
    if (loneSurrogate.test(text)) {
      throw new TorchFileError(
        `the text ${JSON.stringify(text.slice(0, 80))} has half of a surrogate pair, which UTF-8 cannot hold`,
      );
    }
    const bytes = this.#encoder.encode(text);
    this.#bytes.add(code.text);
    this.#bytes.number(4, (view, at) => view.setUint32(at, bytes.length, true));
    this.#bytes.addAll(bytes);
  }

  #container(value: unknown, depth: number): void {
    if (isDict(value)) {
      this.#bytes.add(code.dict);
      this.#remember(value);
      this.#bytes.add(code.mark);
      for (const [key, each] of value) {
        this.#entry(key, each, depth);
      }
      this.#bytes.add(code.setItems);
    } else if (value instanceof TorchTuple) {
      this.#tuple(() => value.items.forEach((each) => void this.#value(each, depth)));
      this.#remember(value);
    } else if (Array.isArray(value)) {
      this.#bytes.add(code.list);
      this.#remember(value);
      this.#bytes.add(code.mark);
      // Holes are nothing that it has.
      for (const each of value) {
        this.#value(each, depth);
      }
      this.#bytes.add(code.appends);
    } else {
      throw new TorchFileError(
        `${typeof value} cannot be saved: use null, booleans, numbers, strings, arrays, TorchTuple, Map or tensors`,
      );
    }
  }

  #entry(key: unknown, value: TorchValue, depth: number): void {
    if (typeof key !== "string" && typeof key !== "number") {
      throw new TorchFileError(`keys of a dict must be strings or numbers, not ${typeof key}`);
    }
    this.#value(key, depth);
    this.#value(value, depth);
  }

  #tuple(items: () => void): void {
    this.#bytes.add(code.mark);
    items();
    this.#bytes.add(code.tuple);
  }

  #name(module: string, name: string): void {
    this.#bytes.add(code.global);
    this.#bytes.addAll(this.#encoder.encode(`${module}\n${name}\n`));
  }

  /** `_rebuild_tensor_v2(storage, start, shape, strides, requires_grad, hooks)`. */
  #tensor(tensor: TorchTensor): void {
    const { shape, type } = tensor;
    const key = this.arrays.push(asStored(type, elementsOf(tensor))) - 1;
    const length = elementsIn(shape);
    const strides = shape.map((_, axis) =>
      shape.slice(axis + 1).reduce((a, b) => a * Math.max(1, b), 1),
    );
    const numbers = (list: readonly number[]) =>
      this.#tuple(() => list.forEach((each) => void this.#number(each)));
    this.#name("torch._utils", "_rebuild_tensor_v2");
    this.#tuple(() => {
      this.#tuple(() => {
        this.#text("storage");
        this.#name("torch", storageOfType.get(type)!);
        this.#text(`${key}`);
        this.#text("cpu");
        this.#number(length);
      });
      this.#bytes.add(code.persistent);
      this.#number(0);
      numbers(shape);
      numbers(strides);
      this.#bytes.add(code.false);
      this.#name("collections", "OrderedDict");
      this.#tuple(() => {});
      this.#bytes.add(code.reduce);
    });
    this.#bytes.add(code.reduce);
  }
}
