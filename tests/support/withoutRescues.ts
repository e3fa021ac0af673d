/** A program without the loops that run only if a norm is out of range. */
import { type Program, rescue } from "../../src/rule/planning/program.ts";

export const withoutRescues = (program: Program): Program => ({
  ...program,
  passes: program.passes.filter(({ stage }) => stage !== rescue),
});
