/**
 * Reads the part of Python's pickle format that plain data and tensors are written in. Nothing is executed: what a
 * file calls by name is one of the few things below, which are data here, or the file is refused. Time and memory are in
 * proportion to the file.
 *
 * See https://github.com/python/cpython/blob/main/Lib/pickletools.py for the instructions.
 */
import { Allowance } from "../allowance.ts";
import { Reader } from "./bytes.ts";
import { TorchFileError } from "./errors.ts";
import { instructions, type Machine } from "./instructions.ts";
import { costs, maxAxes, memoryOf } from "./limits.ts";
import { Arguments, callable, Global, Hidden, StorageItem } from "./names.ts";
import { elementsFor, type Storage, tensorIn } from "./storage.ts";
import { isTensor, type TorchDict, TorchTuple, type TorchType, type TorchValue } from "./value.ts";

type Item = TorchValue | Global | StorageItem | Arguments;

/** Finds the elements that a file keeps under a key. */
export type FindStorage = (key: string, type: TorchType, length: number) => Storage;

const isKey = (value: unknown): value is string | number =>
  typeof value === "string" || typeof value === "number";

function refuse(what: string): never {
  throw new TorchFileError(`${what}: the file is damaged, or torch.save did not write it`);
}

const noItems = new TorchTuple([]);

export class Unpickler implements Machine {
  readonly #reader: Reader;
  readonly #find: FindStorage;
  readonly #memory: Allowance;
  readonly #elements: Allowance;
  readonly #stack: Item[] = [];
  /** Where in the stack lists begin. */
  readonly #marks: number[] = [];
  readonly #memo: Item[] = [];
  readonly #storages = new Map<string, StorageItem>();
  /** As long as the stack has been. */
  #longest = 0;

  /** @param fileBytes of all of the file */
  constructor(bytes: Uint8Array, fileBytes: number, find: FindStorage) {
    this.#reader = new Reader(bytes);
    this.#find = find;
    this.#memory = memoryOf(fileBytes);
    this.#elements = new Allowance(elementsFor(fileBytes), () =>
      refuse("its tensors share their elements too often"),
    );
  }

  /** @throws {TorchFileError} where it is more than plain data and tensors, or damaged */
  read(): TorchValue {
    for (;;) {
      const code = this.#reader.byte();
      if (code === 0x2e) {
        const value = this.#value(this.takeTop());
        return this.#stack.length > 0 ? refuse("its data leave values behind") : value;
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
    if (this.#stack.length > this.#longest) {
      this.#longest = this.#stack.length;
      this.#memory.take(costs.place);
    }
  }

  pushMark(): void {
    this.#memory.take(costs.place);
    this.#marks.push(this.#stack.length);
  }

  /** Takes what is above the mark. */
  taken(): Item[] {
    const from = this.#marks.pop() ?? refuse("its data have a list without a beginning");
    return this.#stack.splice(from);
  }

  text(text: string): void {
    this.#memory.take(costs.text);
    this.push(text);
  }

  list(): void {
    this.#memory.take(costs.list);
    this.push([]);
  }

  dict(): void {
    this.#memory.take(costs.dict);
    this.push(new Map());
  }

  tuple(items: readonly Item[]): void {
    if (items.length === 0) {
      this.push(noItems);
      return;
    }
    this.#memory.take(costs.tuple + costs.item * items.length);
    const isData = items.every((item) => !isName(item));
    this.push(isData ? new TorchTuple(items as readonly TorchValue[]) : new Arguments(items));
  }

  tupleOfLast(count: number): void {
    if (this.#stack.length - count < this.#bottom()) {
      refuse("its data use a value that does not exist");
    }
    this.tuple(this.#stack.splice(this.#stack.length - count));
  }

  append(items: readonly Item[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) {
      refuse("its data append to something that is not a list");
    }
    this.#memory.take(costs.item * items.length);
    for (const item of items) {
      (list as TorchValue[]).push(this.#value(item));
    }
  }

  set(items: readonly Item[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || items.length % 2 > 0) {
      refuse("its data set a key of something that is not a dict");
    }
    this.#memory.take((costs.entry / 2) * items.length);
    for (let index = 0; index < items.length; index += 2) {
      const key = items[index];
      if (!isKey(key)) {
        throw new TorchFileError("a dict has a key that is neither a string nor a number");
      }
      (dict as Map<string | number, TorchValue>).set(key, this.#value(items[index + 1]!));
    }
  }

  takeTop(): Item {
    const item = this.#top();
    this.#stack.pop();
    return item;
  }

  /** Pickles number what they remember in its order. */
  remember(key: number): void {
    if (key > this.#memo.length) {
      refuse("its data store a value out of order");
    }
    this.#memory.take(costs.remembered);
    this.#memo[key] = this.#top();
  }

  rememberNext(): void {
    this.remember(this.#memo.length);
  }

  recall(key: number): void {
    if (key >= this.#memo.length) {
      refuse("its data recall a value that was not stored");
    }
    this.push(this.#memo[key]!);
  }

  name(module: unknown, name: unknown): void {
    // Not a list, which may take for ever to become a text.
    if (typeof module !== "string" || typeof name !== "string") {
      refuse("its data have a name that is not a string");
    }
    this.push(Global.of(module as string, name as string));
  }

  /** What a name makes of its arguments. */
  reduce(): void {
    const [argument, called] = [this.takeTop(), this.takeTop()];
    const isCall = argument instanceof TorchTuple || argument instanceof Arguments;
    if (!(called instanceof Global) || !isCall) {
      refuse("its data call something that is not a name");
    }
    const { items } = argument as Arguments;
    switch ((called as Global).name) {
      case callable.dict:
        if (items.length > 0) {
          refuse("an OrderedDict must be made without arguments");
        }
        this.dict();
        return;
      case callable.size:
        this.tuple(this.#sizes(items[0]));
        return;
      case callable.parameter:
        this.push(isTensor(items[0]) ? items[0] : refuse("a parameter must be made from a tensor"));
        return;
      case callable.tensor:
        this.#tensor(items);
        return;
      default:
        refuse(`its data call ${(called as Global).name}`);
    }
  }

  /** Attributes of a dict, such as a state dict's versions, which are nobody's here. */
  build(): void {
    this.takeTop();
    if (!(this.#top() instanceof Map)) {
      refuse("its data give attributes to something that is not a dict");
    }
  }

  /** `("storage", type, key, place, length)`. */
  persistent(): void {
    const id = this.takeTop();
    const [kind, name, key, , length] = id instanceof Arguments ? id.items : [];
    const type = name instanceof Global ? name.storage : undefined;
    if (kind !== "storage" || type === undefined || typeof key !== "string") {
      refuse("its data refer to something that is not an array of elements");
    }
    if (!Number.isSafeInteger(length) || (length as number) < 0) {
      refuse("an array's length is a whole number");
    }
    this.push(this.#storage(key as string, type!, length as number));
  }

  /** Each is looked for once. */
  #storage(key: string, type: TorchType, length: number): StorageItem {
    const known = this.#storages.get(key);
    if (known === undefined) {
      this.#memory.take(costs.storage);
      const item = new StorageItem(this.#find(key, type, length));
      this.#storages.set(key, item);
      return item;
    }
    const { storage } = known;
    const isSame = storage.type === type && storage.length === length;
    return isSame ? known : refuse("an array has two types or lengths");
  }

  #tensor([storage, start, shape, strides]: readonly unknown[]): void {
    if (!(storage instanceof StorageItem)) {
      refuse("a tensor must be made from elements");
    }
    const [sizes, steps] = [this.#sizes(shape), this.#sizes(strides)];
    this.#memory.take(costs.tensor + costs.axis * sizes.length);
    const { storage: found } = storage as StorageItem;
    this.push(tensorIn(found, start, sizes, steps, this.#elements));
  }

  /** Of a tensor: a copy, for a list may go on. */
  #sizes(value: unknown): TorchValue[] {
    const sizes = value instanceof TorchTuple ? value.items : value;
    if (!Array.isArray(sizes)) {
      refuse("a shape is a tuple");
    }
    const { length } = sizes as readonly TorchValue[];
    if (length > maxAxes) {
      refuse(`a tensor has ${length} axes, of ${maxAxes} at most`);
    }
    return [...(sizes as readonly TorchValue[])];
  }

  /** Where what is above the last mark begins. */
  #bottom(): number {
    return this.#marks.at(-1) ?? 0;
  }

  #top(): Item {
    const { length } = this.#stack;
    return length > this.#bottom()
      ? this.#stack[length - 1]!
      : refuse("its data use a value that does not exist");
  }

  /** Arguments of calls may be more than values. */
  #value(item: Item): TorchValue | TorchDict {
    return isName(item) ? refuse("its data have a name for a value") : (item as TorchValue);
  }
}

const isName = (item: Item): boolean => typeof item === "object" && item instanceof Hidden;
