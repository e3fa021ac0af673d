/** A library of MPI in this process. */
import { CommunicatorError } from "../errors.ts";
import { type Abi, mpichAbi, openMpiAbi } from "./abi.ts";
import { libraryPaths } from "./find.ts";
import type { Koffi, KoffiLibrary } from "./koffi.ts";
import type { Implementation } from "./launcher.ts";

export interface Library {
  /** With its version: "Open MPI 4.1.4". */
  readonly name: string;
  readonly abi: Abi;
  /** Finds a function. @param takes for each argument `a` (an address), `n` (a number of 32 bits) or `h` (a handle) */
  bind(name: string, takes: string): (...values: readonly number[]) => number;
  /** Where a buffer's bytes are, as long as it is reachable. */
  addressOf(buffer: ArrayBufferLike): number;
}

/** Which library is wanted. */
export interface Wanted {
  /** Node's name of it: "linux". */
  readonly platform: string;
  /** A file that the user names. */
  readonly named: string | undefined;
  /** Undefined where all will do. */
  readonly implementation: Implementation | undefined;
}

const packagesOf: Readonly<Record<Implementation, string>> = {
  "Open MPI": "openmpi-bin",
  MPICH: "mpich",
};

const howToInstall = (implementation: Implementation = "Open MPI"): string =>
  `install it (Debian, Ubuntu: sudo apt-get install ${packagesOf[implementation]}; macOS: brew install ${implementation === "MPICH" ? "mpich" : "open-mpi"}), or set GRADUS_MPI_LIBRARY to its file`;

const kinds = { a: "intptr_t", n: "int" };

/** Room for what a library says of itself, and its length. */
const longestText = 8192;

/** The name of a library, of all that it says of itself. */
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

/** Asks once where a buffer is. */
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

/** @throws {Error} where it is no library of MPI */
function libraryOf(koffi: Koffi, library: KoffiLibrary): Library {
  const askVersion = library.func("MPI_Get_library_version", "int", ["intptr_t", "intptr_t"]);
  const abi = abiOf(library);
  const addressOf = addressesBy(koffi);
  const text = new Uint8Array(longestText);
  askVersion(addressOf(text.buffer), addressOf(new Int32Array(1).buffer));
  const said = new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
  return {
    name: nameIn(said, abi.implementation),
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

/** @throws {CommunicatorError} that says what to install */
export function openLibrary(koffi: Koffi, wanted: Wanted): Library {
  const { named, implementation, platform } = wanted;
  const paths = named === undefined ? libraryPaths(platform, implementation) : [named];
  const failures: string[] = [];
  for (const path of paths) {
    try {
      // Its names are for all: the parts that Open MPI loads itself look for them.
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
