/**
 * The value of a colour token as `#rrggbb`. Tokens may be written with `light-dark()` or oklch, which only the browser
 * can work out: an element takes the colour, and a canvas turns what it computed into numbers.
 */
export function tokenColor(token: string, fallback: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token}, ${fallback})`;
  probe.style.display = "none";
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  const context = pixelContext();
  if (!context) return fallback;
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = fallback;
  // A value the canvas can't parse leaves `fillStyle` as it was, so the fallback stays.
  context.fillStyle = value;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

let context: CanvasRenderingContext2D | null = null;

function pixelContext(): CanvasRenderingContext2D | null {
  if (context) return context;
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  context = canvas.getContext("2d", { willReadFrequently: true });
  return context;
}

/** Whether a `#rrggbb` colour reads as dark. */
export function isDarkColor(hex: string): boolean {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) < 0.4;
}
