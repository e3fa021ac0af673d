/** Constants of four lanes. */

/** The bytes of a vector with a whole number in all lanes. */
export const splat32 = (value: number): number[] => [
  ...new Uint8Array(new Uint32Array(4).fill(value).buffer),
];
