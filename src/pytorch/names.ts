/** What a pickle may call by name, and what only its instructions see of it. */
import { TorchFileError } from "./errors.ts";
import { type Storage, typeOfStorage } from "./storage.ts";
import type { TorchType } from "./value.ts";

/** What may be called. */
export const callable = {
  dict: "collections OrderedDict",
  tensor: "torch._utils _rebuild_tensor_v2",
  parameter: "torch._utils _rebuild_parameter",
  size: "torch Size",
} as const;

/** What a pickle's instructions see, and no value has. */
export class Hidden {}

/** A name. */
export class Global extends Hidden {
  /** With its module before it. */
  readonly name: string;
  /** The elements of such a storage. */
  readonly storage: TorchType | undefined;

  constructor(name: string, storage?: TorchType) {
    super();
    this.name = name;
    this.storage = storage;
  }

  /** @throws {TorchFileError} where it is none of those that are allowed */
  static of(module: string, name: string): Global {
    const found = known.get(module)?.get(name);
    if (found === undefined) {
      const full = JSON.stringify(`${module.slice(0, 120)} ${name.slice(0, 120)}`.slice(0, 120));
      throw new TorchFileError(
        `it wants ${full}, but only plain data and tensors are read. Nothing was executed. Save state dicts, not whole objects: torch.save({"model": model.state_dict(), ...})`,
      );
    }
    return found;
  }
}

/** By module, then by name. */
const known = new Map<string, Map<string, Global>>();
for (const each of [
  ...Object.values(callable).map((name) => new Global(name)),
  ...[...typeOfStorage].map(([name, type]) => new Global(`torch ${name}`, type)),
  ...[...typeOfStorage.values()].map((type) => new Global(`torch ${type}`)),
]) {
  const [module, name] = each.name.split(" ") as [string, string];
  known.set(module, (known.get(module) ?? new Map<string, Global>()).set(name, each));
}

/** A storage that a tensor is going to be part of. */
export class StorageItem extends Hidden {
  readonly storage: Storage;

  constructor(storage: Storage) {
    super();
    this.storage = storage;
  }
}

/** A tuple that has more than values in it. */
export class Arguments extends Hidden {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    super();
    this.items = items;
  }
}
