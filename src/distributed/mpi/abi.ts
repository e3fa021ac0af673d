/** The binary interfaces of the two families of MPI libraries: the same things have different values. */
import type { ElementType } from "../elements.ts";
import type { Implementation } from "./launcher.ts";

export interface Abi {
  readonly implementation: Implementation;
  /** The type of a handle in C, such as the handle of an element type. */
  readonly handle: "intptr_t" | "int";
  /** The handle of all ranks, `MPI_COMM_WORLD`. */
  readonly world: number;
  readonly types: Readonly<Record<ElementType, number>>;
  /** `MPI_SUM`. */
  readonly sum: number;
  /** The error handler with which a failed call returns an error code, `MPI_ERRORS_RETURN`. */
  readonly errorsReturn: number;
  /** `MPI_IN_PLACE`, which is passed instead of an address. */
  readonly inPlace: number;
  /** `MPI_STATUS_IGNORE`, which is passed instead of an address. */
  readonly ignoreStatus: number;
}

/**
 * Open MPI: handles are addresses of variables that the library exports, as in `mpi.h` of versions 1.7 to 5.
 * @param addressOf gives the address of an exported variable
 */
export const openMpiAbi = (addressOf: (symbol: string) => number): Abi => ({
  implementation: "Open MPI",
  handle: "intptr_t",
  world: addressOf("ompi_mpi_comm_world"),
  types: {
    float32: addressOf("ompi_mpi_float"),
    float64: addressOf("ompi_mpi_double"),
    int32: addressOf("ompi_mpi_int32_t"),
    uint32: addressOf("ompi_mpi_uint32_t"),
    uint16: addressOf("ompi_mpi_uint16_t"),
    uint8: addressOf("ompi_mpi_uint8_t"),
  },
  sum: addressOf("ompi_mpi_op_sum"),
  errorsReturn: addressOf("ompi_mpi_errors_return"),
  inPlace: 1,
  ignoreStatus: 0,
});

/** MPICH, and the libraries that have shared its interface since 2014: Intel MPI, MVAPICH, Cray MPICH. Handles are numbers. The handle of a type contains its size. */
export const mpichAbi: Abi = {
  implementation: "MPICH",
  handle: "int",
  world: 0x44000000,
  types: {
    float32: 0x4c00040a,
    float64: 0x4c00080b,
    int32: 0x4c000439,
    uint32: 0x4c00043d,
    uint16: 0x4c00023c,
    uint8: 0x4c00013b,
  },
  sum: 0x58000003,
  errorsReturn: 0x54000001,
  inPlace: -1,
  ignoreStatus: 1,
};
