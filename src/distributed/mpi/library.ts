/** Loads the MPI library into this process. */
import { CommunicatorError } from "../errors.ts";
import { type Abi, mpichAbi, openMpiAbi } from "./abi.ts";
import { libraryPaths } from "./find.ts";
import type { Koffi, KoffiLibrary } from "./koffi.ts";
import type { Implementation } from "./launcher.ts";

export interface Library {
  /** Its name with its version: "Open MPI 4.1.4". */
  readonly name: string;
  readonly abi: Abi;
  /** Finds a function. @param takes one letter for each argument: `a` (address), `n` (32-bit number) or `h` (handle) */
  bind(name: string, takes: string): (...values: readonly number[]) => number;
  /** The address of a buffer's bytes. It is valid as long as the buffer is reachable. */
  addressOf(buffer: ArrayBufferLike): number;
}

/** Says which library to load. */
export interface Wanted {
  /** The platform, as Node names it: "linux". */
  readonly platform: string;
  /** The file that the user named in the environment, if any. */
  readonly named: string | undefined;
  /** The implementation to load; undefined if any will do. */
  readonly implementation: Implementation | undefined;
}

const packagesOf: Readonly<Record<Implementation, string>> = {
  "Open MPI": "openmpi-bin",
  MPICH: "mpich",
};

const howToInstall = (implementation: Implementation = "Open MPI"): string =>
  `install it (Debian, Ubuntu: sudo apt-get install ${packagesOf[implementation]}; macOS: brew install ${implementation === "MPICH" ? "mpich" : "open-mpi"}), or set GRADUS_MPI_LIBRARY to its file`;

const kinds = { a: "intptr_t", n: "int" };

/** `MPI_MAX_LIBRARY_VERSION_STRING` is at most this long. */
const longestText = 8192;

/** Finds a library's name and version in the text with which it describes itself. */
export function nameIn(text: string, implementation: Implementation): string {
  const [, product, version] =
    /^(Open MPI|MPICH|Intel\(R\) MPI|MVAPICH)\D*?\s?v?(\d+(?:\.\w+)*)/.exec(text.trim()) ?? [];
  return product === undefined ? implementation : `${product.replace("(R)", "")} ${version}`;
}

function abiOf(library: KoffiLibrary): Abi {
  try {
    library.symbol("ompi_mpi_comm_world");
  } catch {
    return mpichAbi;
  }
  return openMpiAbi((symbol) => Number(library.symbol(symbol)));
}

/** Asks for the address of each buffer only once. */
function addressesBy(koffi: Koffi): (buffer: ArrayBufferLike) => number {
  const addresses = new WeakMap<ArrayBufferLike, number>();
  return (buffer) => {
    let address = addresses.get(buffer);
    if (address === undefined) {
      address = Number(koffi.address(new Uint8Array(buffer)));
      addresses.set(buffer, address);
    }
    return address;
  };
}

/** @throws {Error} if it is not an MPI library */
function libraryOf(koffi: Koffi, library: KoffiLibrary): Library {
  const askVersion = library.func("MPI_Get_library_version", "int", ["intptr_t", "intptr_t"]);
  const abi = abiOf(library);
  const addressOf = addressesBy(koffi);
  const text = new Uint8Array(longestText);
  askVersion(addressOf(text.buffer), addressOf(new Int32Array(1).buffer));
  const description = new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
  return {
    name: nameIn(description, abi.implementation),
    abi,
    bind: (name, takes) =>
      library.func(
        name,
        "int",
        [...takes].map((kind) => kinds[kind as keyof typeof kinds] ?? abi.handle),
      ),
    addressOf,
  };
}

/** @throws {CommunicatorError} if no library can be loaded. The message says what to install */
export function openLibrary(koffi: Koffi, wanted: Wanted): Library {
  const { named, implementation, platform } = wanted;
  const paths = named === undefined ? libraryPaths(platform, implementation) : [named];
  const failures: string[] = [];
  for (const path of paths) {
    try {
      // Its symbols are global, because plugins that Open MPI loads itself look for them.
      return libraryOf(koffi, koffi.load(path, { global: true, lazy: true }));
    } catch (error) {
      failures.push(`${path}: ${(error as Error).message}`);
    }
  }
  const tried = failures.length > 0 ? ` (${failures.join("; ")})` : "";
  throw new CommunicatorError(
    `no library of ${implementation ?? "MPI"} was found${tried}; ${howToInstall(implementation)}`,
  );
}
