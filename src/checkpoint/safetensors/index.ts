/** The safetensors format alone: no files, no optimizer. */
export * from "./format.ts";
export { headerBytesOf, parseHeader } from "./parse.ts";
export { type TensorSpecification, writeHeader } from "./write.ts";
