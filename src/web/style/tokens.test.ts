import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const CSS = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");
const [DARK = "", LIGHT = ""] = CSS.split("@media (prefers-color-scheme: light)");

function colours(css: string): ReadonlyMap<string, string> {
  return new Map(
    [...css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = "", hex = ""]) => [name, hex]),
  );
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["ground", "panel", "raised"];
const PAIRS = [
  ...["ink", "dim", "faint", "amber", "mauve", "green", "red"].flatMap((text) =>
    GROUNDS.map((ground) => [text, ground] as const),
  ),
  ...["amber", "mauve", "green", "red"].map((text) => [text, `${text}-wash`] as const),
  ...["amber", "mauve", "green", "red"].flatMap((wash) => [
    ["ink", `${wash}-wash`] as const,
    ["dim", `${wash}-wash`] as const,
  ]),
  ...["amber", "mauve", "green", "red"].map((accent) => ["on-accent", accent] as const),
];

describe("the colours", () => {
  for (const [theme, css] of [
    ["dark", DARK],
    ["light", LIGHT],
  ] as const)
    test(`reach 4.5:1 in the ${theme} theme, on every ground they stand on`, () => {
      const table = colours(css);
      const weak = PAIRS.filter(
        ([text, ground]) => contrast(table.get(text) ?? "", table.get(ground) ?? "") < 4.5,
      );
      expect(table.size).toBeGreaterThan(15);
      expect(weak).toEqual([]);
    });
});
