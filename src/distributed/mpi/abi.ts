/** What the two families of MPI libraries call the same things: their binary interfaces differ. */
import type { ElementType } from "../elements.ts";
import type { Implementation } from "./launcher.ts";

export interface Abi {
  readonly implementation: Implementation;
  /** How C passes a handle, such as that of a type. */
  readonly handle: "intptr_t" | "int";
  readonly world: number;
  readonly types: Readonly<Record<ElementType, number>>;
  /** The operation that adds. */
  readonly sum: number;
  /** The error handler that lets calls return. */
  readonly errorsReturn: number;
  /** In the place of addresses. */
  readonly inPlace: number;
  readonly ignoreStatus: number;
}

/**
 * Open MPI: handles are addresses of what the library exports. Its `mpi.h` says so since 1.7, up to 5.
 * @param addressOf of an exported variable
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

/** MPICH, and what shares its interface since 2014: Intel MPI, MVAPICH, Cray MPICH. Handles are numbers, with a type's size in them. */
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
