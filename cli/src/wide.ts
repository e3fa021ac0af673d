/** Vectors of 256 bits, where this Node has them: the process is the command's own. */
import { pathToFileURL } from "node:url";

const mayHave =
  Number.parseInt(process.versions.node, 10) >= 24 &&
  process.arch === "x64" &&
  process.platform !== "darwin";

/**
 * Asks for them, and says how wide vectors are then.
 * @param path of another copy's `gradus/wide` than this command's
 */
export async function widen(path?: string): Promise<128 | 256> {
  if (!mayHave) return 128;
  const { width }: typeof import("gradus/wide") = await (path === undefined
    ? import("gradus/wide")
    : import(pathToFileURL(path).href));
  return width.bits;
}
