/** What a buffer must have been made for. */
import { BindingError } from "../runtime/errors.ts";

/** By the names of `GPUBufferUsage`, which is not global everywhere. */
const bits = { COPY_SRC: 0x4, COPY_DST: 0x8, STORAGE: 0x80 } as const;

export type Usage = keyof typeof bits;

/** @throws {BindingError} where a buffer was made without one of them */
export function requireUsage(what: string, { usage }: GPUBuffer, ...names: readonly Usage[]): void {
  if (names.some((name) => (usage & bits[name]) === 0)) {
    const all = names.map((name) => `GPUBufferUsage.${name}`).join(" | ");
    throw new BindingError(`${what}: its buffer needs the usage ${all}`);
  }
}
