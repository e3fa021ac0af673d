/** The part of the library that an application with Adam bundles. */
export { adam, optimize } from "../../src/index.ts";
