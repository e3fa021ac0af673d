/** Storages other than float32 on a GPU: the CPU's storages for states, and storages of parameters that shaders support. */
import type { Storage } from "../compilers/backend.ts";
import { codeOf } from "../compilers/wgsl/storages/codes.ts";
import type { Rule } from "../rule/definition.ts";
import type { Plan, StoragesOf } from "../runtime/binding/plans.ts";
import type { StateStorage } from "../runtime/binding/storing.ts";
import { BindingError } from "../runtime/errors.ts";
import { storings } from "../runtime/storings.ts";
import type { GpuTensor } from "./tensor.ts";

/**
 * Plans with these storages for states, and each parameter's own storage.
 * @param tensors all tensors
 * @throws {BindingError} where the option is not valid, or shaders do not support the storage
 */
export function planStored(
  option: StateStorage | undefined,
  groups: readonly { readonly rule: Rule }[],
  tensors: readonly GpuTensor[],
  plan: (storagesOf?: StoragesOf) => readonly Plan<GpuTensor>[],
): readonly Plan<GpuTensor>[] {
  if (option === undefined && !tensors.some(({ storage }) => storage)) {
    return plan();
  }
  const checked = (storagesOf: StoragesOf) =>
    plan((...given) => {
      const found = storagesOf(...given);
      for (const [slot, storage] of found) {
        checkShaders(slot, storage);
      }
      return found;
    });
  return storings.value(option, groups, { name: "webgpu", keeps: true }, [], checked);
}

function checkShaders(slot: string, storage: Storage): void {
  if (codeOf(storage) === undefined) {
    throw new BindingError(
      `optimize: storage: a GPU cannot keep \`${slot}\` as "${storage.name}": its encoding has no \`wgsl\`, which shaders need`,
    );
  }
}
