/** Builds dist if a source is newer, before the tests of what is built. */
import { build } from "../../scripts/setup.js";

export default async function setup(): Promise<void> {
  if ((await build()) !== 0) throw new Error("the build failed");
}
