// Run by `bun test` inside the host of ../conformance.test.ts, which reads the verdict of each case.
import { describe, test } from "bun:test";
import { CASES } from "../../../conformance/cases.ts";
import { SUBJECT } from "./subject.ts";

describe(`backend ${SUBJECT.name}`, () => {
  // What is not promised is skipped outside, with its reason in the title.
  for (const { title, skip, body } of CASES)
    if (skip(SUBJECT) === undefined) test(title, () => body(SUBJECT.make));
});
