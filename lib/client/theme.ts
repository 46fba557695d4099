export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Read by the server for the first paint, so that the page never flashes in the other theme. */
export const themeCookie = "__Host-workroom.theme";
const YEAR_S = 31_536_000;

export function currentTheme(): Theme {
  const { classList } = document.documentElement;
  if (classList.contains("dark")) return "dark";
  return classList.contains("light") ? "light" : "system";
}

/** Shows a theme now and keeps it for the next visit. `system` forgets the choice. */
export function chooseTheme(theme: Theme): void {
  const { classList } = document.documentElement;
  classList.remove("light", "dark");
  if (theme !== "system") classList.add(theme);
  const [value, maxAge] = theme === "system" ? ["", 0] : [theme, YEAR_S];
  document.cookie = `${themeCookie}=${value}; path=/; max-age=${maxAge}; secure; samesite=lax`;
}
