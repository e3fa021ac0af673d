/** Where MPI libraries may be. */
import type { Implementation } from "./launcher.ts";

/** The file names of the libraries, with the version of the binary interface that we know. */
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

/** Folders to search. The loader does not search those of Homebrew and MacPorts by itself. */
const folders: Readonly<Record<string, readonly string[]>> = {
  linux: [""],
  darwin: ["", "/opt/homebrew/lib/", "/usr/local/lib/", "/opt/local/lib/"],
};

/**
 * The paths to try, in this order.
 * @param implementation the implementation whose launcher started the ranks, if it is known
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
