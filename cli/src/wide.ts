/** Switches to vectors of 256 bits, if this Node supports them. That is safe because the process belongs to the command. */
import { pathToFileURL } from "node:url";

const mayHave =
  Number.parseInt(process.versions.node, 10) >= 24 &&
  process.arch === "x64" &&
  process.platform !== "darwin";

/**
 * Switches to wide vectors. @returns their width in bits
 * @param path of `gradus/wide` in another copy than this command's
 */
export async function widen(path?: string): Promise<128 | 256> {
  if (!mayHave) return 128;
  const { width }: typeof import("gradus/wide") = await (path === undefined
    ? import("gradus/wide")
    : import(pathToFileURL(path).href));
  return width.bits;
}
