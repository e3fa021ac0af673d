/** Checks the usages that a buffer was made with. */
import { BindingError } from "../../runtime/errors.ts";

/** By the names of `GPUBufferUsage`, which is not a global everywhere. */
const bits = { COPY_SRC: 0x4, COPY_DST: 0x8, STORAGE: 0x80 } as const;

export type Usage = keyof typeof bits;

/** Whether a buffer was made with a usage. */
export const isFor = ({ usage }: GPUBuffer, name: Usage): boolean => (usage & bits[name]) !== 0;

/** @throws {BindingError} where a buffer was made without one of the usages, or is mapped by the host now */
export function requireUsage(what: string, buffer: GPUBuffer, ...names: readonly Usage[]): void {
  const { mapState = "unmapped" } = buffer;
  if (mapState !== "unmapped") {
    throw new BindingError(`${what}: its buffer is mapped: call unmap() first`);
  }
  if (!names.every((name) => isFor(buffer, name))) {
    const all = names.map((name) => `GPUBufferUsage.${name}`).join(" | ");
    throw new BindingError(`${what}: its buffer needs the usage ${all}`);
  }
}

/** The same for all parameters. @throws {BindingError} */
export function requireUsages(
  method: string,
  tensors: readonly { readonly name: string; readonly parameter: { readonly buffer: GPUBuffer } }[],
  ...names: readonly Usage[]
): void {
  for (const { name, parameter } of tensors) {
    requireUsage(`${method}: parameter \`${name}\``, parameter.buffer, ...names);
  }
}
