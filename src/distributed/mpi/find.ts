/** Where libraries of MPI may be. */
import type { Implementation } from "./launcher.ts";

/** The names of what is to be loaded, by the number of the binary interface that we know; those without one come last. */
const names: Readonly<Record<string, Readonly<Record<Implementation, readonly string[]>>>> = {
  linux: {
    "Open MPI": ["libmpi.so.40"],
    MPICH: ["libmpich.so.12", "libmpi.so.12"],
  },
  darwin: {
    "Open MPI": ["libmpi.40.dylib"],
    MPICH: ["libmpich.12.dylib", "libmpi.12.dylib"],
  },
};

/** Where Homebrew and MacPorts put them, and the loader does not look. */
const folders: Readonly<Record<string, readonly string[]>> = {
  linux: [""],
  darwin: ["", "/opt/homebrew/lib/", "/usr/local/lib/", "/opt/local/lib/"],
};

/**
 * What to try, in this order.
 * @param implementation the one that has started the ranks, where that is known
 */
export function libraryPaths(
  platform: string,
  implementation: Implementation | undefined,
): readonly string[] {
  const known = names[platform];
  if (known === undefined) return [];
  const wanted =
    implementation === undefined ? [...known["Open MPI"], ...known.MPICH] : known[implementation];
  return folders[platform]!.flatMap((folder) => wanted.map((name) => folder + name));
}
