// How a behaviour's schema becomes fields.
import { expect, test } from "vitest";
import type { Schema } from "./catalogue";
import { firstValue, kindOf, titleOf, unitOf, variantOf, variants } from "./schemaForm";

const ROOT: Schema = {
  $defs: {
    Exponential: {
      type: "object",
      properties: { kind: { const: "exponential", type: "string" }, mean: { type: "number" } },
      required: ["kind", "mean"],
    },
    Uniform: {
      type: "object",
      properties: {
        kind: { const: "uniform", type: "string" },
        low: { type: "number" },
        high: { type: "number" },
      },
      required: ["kind", "low", "high"],
    },
  },
  properties: {
    service_ms: {
      anyOf: [{ type: "number" }, { $ref: "#/$defs/Exponential" }, { $ref: "#/$defs/Uniform" }],
      default: 0,
    },
    count: { anyOf: [{ type: "integer" }, { type: "null" }], default: null },
    pacing: { enum: ["steady", "poisson"], type: "string" },
  },
};
const property = (name: string): Schema => ROOT.properties?.[name] ?? {};

test("a quantity has a fixed value and its distributions", () => {
  const options = variants(property("service_ms"), ROOT);
  expect(options.map(({ label }) => label)).toEqual(["fixed", "exponential", "uniform"]);
  expect(variantOf(20, options, ROOT)).toBe(0);
  expect(variantOf({ kind: "uniform", low: 1, high: 2 }, options, ROOT)).toBe(2);
});

test("a count may be none", () => {
  const options = variants(property("count"), ROOT);
  expect(options.map(({ label }) => label)).toEqual(["fixed", "none"]);
  expect(variantOf(null, options, ROOT)).toBe(1);
});

test("a distribution that was just chosen is complete", () => {
  expect(firstValue({ $ref: "#/$defs/Uniform" }, ROOT)).toEqual({ kind: "uniform", low: 1, high: 1 });
});

test("kinds, units and titles come from the schema and the name", () => {
  expect(kindOf(property("pacing"), ROOT)).toBe("choice");
  expect(kindOf(property("service_ms"), ROOT)).toBe("variants");
  expect(unitOf("rate_per_s")).toBe("/s");
  expect(titleOf("rate_per_s", {})).toBe("Rate");
});
