/** What an application that uses Adam bundles. */
export { adam, optimize } from "../../src/index.ts";
