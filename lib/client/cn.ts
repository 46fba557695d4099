import { clsx, type ClassValue } from "clsx";
import { createTailwindMerge } from "tailwind-merge";

const any = () => true;
/** `text-sm`, `text-base-app`, `text-[0.8125rem]`: a size. Every other `text-…` is a colour or an alignment. */
const isTextSize = (value: string) =>
  /^(xs|sm|base|base-app|lg|\dxl|xl)$/.test(value) || /^\[[\d.]+(rem|px|em)\]$/.test(value);
const isLineWidth = (value: string) => /^\d+$/.test(value);

const sides = ["", "x", "y", "t", "r", "b", "l"] as const;
const boxGroups = (name: "p" | "m") =>
  Object.fromEntries(sides.map((side) => [`${name}${side}`, [{ [`${name}${side}`]: [any] }]]));
const one = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, [{ [name]: [any] }]]));

/**
 * The groups of classes that our components override: of two of one group the later wins. A short list instead of the
 * library's whole one, which alone would be a tenth of the page's own JavaScript.
 */
const merge = createTailwindMerge(() => ({
  cacheSize: 500,
  theme: {},
  classGroups: {
    ...boxGroups("p"),
    ...boxGroups("m"),
    ...one("h", "w", "size", "min-h", "min-w", "max-h", "max-w", "gap", "z", "opacity", "shadow"),
    ...one("inset", "inset-x", "inset-y", "top", "right", "bottom", "left", "bg", "items"),
    ...one("justify", "leading", "rounded", "basis", "translate-x", "translate-y", "cursor"),
    display: [
      "block",
      "inline",
      "inline-block",
      "flex",
      "inline-flex",
      "grid",
      "contents",
      "hidden",
    ],
    position: ["static", "fixed", "absolute", "relative", "sticky"],
    direction: ["flex-row", "flex-col", "flex-row-reverse", "flex-col-reverse"],
    overflow: [{ overflow: [any] }],
    whitespace: [{ whitespace: [any] }],
    weight: [{ font: ["normal", "medium", "semibold", "bold"] }],
    family: [{ font: ["sans", "mono"] }],
    textAlign: [{ text: ["left", "center", "right"] }],
    textSize: [{ text: [isTextSize] }],
    textColor: [{ text: [any] }],
    borderWidth: [{ border: ["", isLineWidth] }],
    borderColor: [{ border: [any] }],
  },
  conflictingClassGroups: {
    p: ["px", "py", "pt", "pr", "pb", "pl"],
    px: ["pr", "pl"],
    py: ["pt", "pb"],
    m: ["mx", "my", "mt", "mr", "mb", "ml"],
    mx: ["mr", "ml"],
    my: ["mt", "mb"],
    size: ["h", "w"],
    inset: ["inset-x", "inset-y", "top", "right", "bottom", "left"],
    "inset-x": ["right", "left"],
    "inset-y": ["top", "bottom"],
  },
  conflictingClassGroupModifiers: {},
  orderSensitiveModifiers: [],
}));

/** Joins class names; a later Tailwind class wins over an earlier one of the same kind. */
export const cn = (...inputs: ClassValue[]): string => merge(clsx(inputs));
