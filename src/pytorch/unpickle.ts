/**
 * Reads the part of Python's pickle format that plain data and tensors are written in. Nothing is executed: what a
 * file calls by name is one of the few things below, which are data here, or the file is refused.
 *
 * See https://github.com/python/cpython/blob/main/Lib/pickletools.py for the instructions.
 */
import { Reader } from "./bytes.ts";
import { TorchFileError } from "./errors.ts";
import { instructions, type Machine } from "./instructions.ts";
import { type Storage, tensorIn, typeOfStorage } from "./storage.ts";
import { isTensor, type TorchDict, TorchTuple, type TorchType, type TorchValue } from "./value.ts";

/** What a name stands for, which only instructions see. */
class Global {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A place in the stack, where a list begins. */
const mark = Symbol("mark");

type Item = TorchValue | Global | StorageItem | typeof mark;

/** A storage that a tensor is going to be part of. */
class StorageItem {
  readonly storage: Storage;

  constructor(storage: Storage) {
    this.storage = storage;
  }
}

/** Finds the elements that a file keeps under a key. */
export type FindStorage = (key: string, type: TorchType, length: number) => Storage;

const isKey = (value: unknown): value is string | number =>
  typeof value === "string" || typeof value === "number";

const dtypes: ReadonlySet<string> = new Set(
  [...typeOfStorage.values()].map((type) => `torch ${type}`),
);

const storages = new Map([...typeOfStorage].map(([name, type]) => [`torch ${name}`, type]));

/** What may be named, besides types of storages and elements. */
const callable = new Set([
  "collections OrderedDict",
  "torch._utils _rebuild_tensor_v2",
  "torch._utils _rebuild_parameter",
  "torch Size",
]);

export class Unpickler implements Machine {
  readonly #reader: Reader;
  readonly #find: FindStorage;
  readonly #stack: Item[] = [];
  readonly #memo = new Map<number, Item>();

  constructor(bytes: Uint8Array, find: FindStorage) {
    this.#reader = new Reader(bytes);
    this.#find = find;
  }

  /** @throws {TorchFileError} where it is more than plain data and tensors, or damaged */
  read(): TorchValue {
    for (;;) {
      const code = this.#reader.count(1);
      if (code === 0x2e) {
        const value = this.#value(this.#pop());
        if (this.#stack.length > 0) {
          this.#refuse("its data leave something behind");
        }
        return value;
      }
      const act = instructions.get(code);
      if (act === undefined) {
        throw new TorchFileError(
          `its data have the instruction 0x${code.toString(16)}, which plain data and tensors do not need: it is not executed`,
        );
      }
      act(this, this.#reader);
    }
  }

  push(item: Item): void {
    this.#stack.push(item);
  }

  pushMark(): void {
    this.#stack.push(mark);
  }

  /** Takes what is above the mark. */
  taken(): Item[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) {
      this.#refuse("its data have a list without a beginning");
    }
    const items = this.#stack.splice(at);
    return items.slice(1);
  }

  tuple(items: readonly Item[]): void {
    this.push(new TorchTuple(items.map((item) => this.#inTuple(item))));
  }

  tupleOfLast(count: number): void {
    this.tuple(Array.from({ length: count }, () => this.#pop()).reverse());
  }

  append(items: readonly Item[]): void {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) {
      this.#refuse("its data append to what is no list");
    }
    for (const item of items) {
      (list as TorchValue[]).push(this.#value(item));
    }
  }

  set(items: readonly Item[]): void {
    const dict = this.#stack.at(-1);
    if (!(dict instanceof Map) || items.length % 2 > 0) {
      this.#refuse("its data set a key of what is no dict");
    }
    for (let index = 0; index < items.length; index += 2) {
      const key = items[index];
      if (!isKey(key)) {
        throw new TorchFileError("a dict has a key that is neither a text nor a number");
      }
      (dict as Map<string | number, TorchValue>).set(key, this.#value(items[index + 1]));
    }
  }

  takeTop(): Item {
    return this.#pop();
  }

  remember(key: number): void {
    const top = this.#stack.at(-1);
    if (top === undefined || top === mark) {
      this.#refuse("its data remember nothing");
    }
    this.#memo.set(key, top!);
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(key: number): void {
    const item = this.#memo.get(key);
    if (item === undefined) {
      this.#refuse("its data recall what was not there");
    }
    this.push(item!);
  }

  name(module: unknown, name: unknown): void {
    const full = `${module} ${name}`;
    if (!callable.has(full) && !storages.has(full) && !dtypes.has(full)) {
      throw new TorchFileError(
        `it wants ${JSON.stringify(full.slice(0, 120))}, and only plain data and tensors are read: nothing of it was executed. Save state dicts, not whole objects: torch.save({"model": model.state_dict(), ...})`,
      );
    }
    this.push(new Global(full));
  }

  /** What a name makes of its arguments. */
  reduce(): void {
    const [argument, called] = [this.#pop(), this.#pop()];
    if (!(called instanceof Global) || !(argument instanceof TorchTuple)) {
      this.#refuse("its data call what is no name");
    }
    const { items } = argument as TorchTuple;
    switch ((called as Global).name) {
      case "collections OrderedDict":
        if (items.length > 0) {
          this.#refuse("an OrderedDict is made of nothing");
        }
        this.push(new Map());
        return;
      case "torch Size":
        this.push(new TorchTuple(this.#list(items[0])));
        return;
      case "torch._utils _rebuild_parameter":
        this.push(isTensor(items[0]) ? items[0] : this.#refuse("a parameter is made of a tensor"));
        return;
      case "torch._utils _rebuild_tensor_v2": {
        const [storage, start, shape, strides] = items as readonly unknown[];
        if (!(storage instanceof StorageItem)) {
          this.#refuse("a tensor is made of elements");
        }
        const { storage: found } = storage as StorageItem;
        this.push(tensorIn(found, start, this.#list(shape), this.#list(strides)));
        return;
      }
      default:
        this.#refuse(`its data call ${(called as Global).name}`);
    }
  }

  /** Attributes of a dict, such as a state dict's versions, which are nobody's here. */
  build(): void {
    this.#pop();
    if (!(this.#stack.at(-1) instanceof Map)) {
      this.#refuse("its data give attributes to what is no dict");
    }
  }

  /** `("storage", type, key, place, length)`. */
  persistent(): void {
    const id = this.#pop();
    const items: readonly unknown[] = id instanceof TorchTuple ? id.items : [];
    const [kind, type, key, , length] = items;
    const known = type instanceof Global ? storages.get(type.name) : undefined;
    if (kind !== "storage" || known === undefined || typeof key !== "string") {
      this.#refuse("its data refer to something that is no array of elements");
    }
    if (!Number.isSafeInteger(length) || (length as number) < 0) {
      this.#refuse("an array's length is a whole number");
    }
    this.push(new StorageItem(this.#find(key as string, known!, length as number)));
  }

  #list(value: unknown): readonly TorchValue[] {
    return value instanceof TorchTuple
      ? value.items
      : Array.isArray(value)
        ? value
        : this.#refuse("a shape is a tuple");
  }

  #pop(): Item {
    const item = this.#stack.pop();
    return item === undefined || item === mark
      ? this.#refuse("its data take what is not there")
      : item;
  }

  /** Arguments of calls may be more than values. */
  #inTuple(item: Item): TorchValue {
    return item === mark ? this.#refuse("its data have a mark for a value") : (item as TorchValue);
  }

  #value(item: Item | undefined): TorchValue {
    const isNone = item === undefined || item === mark;
    return isNone || item instanceof Global || item instanceof StorageItem
      ? this.#refuse("its data have a name for a value")
      : (item as TorchValue | TorchDict);
  }

  #refuse(what: string): never {
    throw new TorchFileError(`${what}: the file is damaged, or torch.save did not write it`);
  }
}
