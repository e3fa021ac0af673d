/** Which states a GPU keeps otherwise than in float32: those that the CPU does, where shaders can say how. */
import { codeOf } from "../compilers/wgsl/storages/codes.ts";
import type { Rule } from "../rule/definition.ts";
import type { StoragesOf } from "../runtime/binding/plans.ts";
import type { StateStorage } from "../runtime/binding/storing.ts";
import { BindingError } from "../runtime/errors.ts";
import { storings } from "../runtime/storings.ts";

/** @throws {BindingError} where the option is wrong, or shaders cannot say it */
export function storingOnGpu(
  option: StateStorage | undefined,
  groups: readonly { readonly rule: Rule }[],
): StoragesOf | undefined {
  if (option === undefined) {
    return undefined;
  }
  const storagesOf = storings.value(option, groups, { name: "webgpu", keeps: true });
  return (...given) => {
    const found = storagesOf(...given);
    for (const [slot, storage] of found) {
      if (codeOf(storage) === undefined) {
        throw new BindingError(
          `optimize: storage: a GPU cannot keep \`${slot}\` as "${storage.name}": its encoding has no \`wgsl\`, which says it in shaders`,
        );
      }
    }
    return found;
  };
}
