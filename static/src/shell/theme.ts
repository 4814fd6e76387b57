// Light or dark, calm or moving: the person's choice, else the system's.
import { useInterface } from "../stores/interfaceStore";

const KEY = "glassmq.theme";

function chosen(): "light" | "dark" | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

export function setTheme(theme: "light" | "dark"): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage can be forbidden; the theme then lasts as long as the page.
  }
  show(theme);
}

function show(theme: "light" | "dark"): void {
  document.documentElement.dataset.theme = theme;
  useInterface.getState().set({ theme });
}

/** Stop or allow animation; the run goes on either way. */
export function setCalm(isCalm: boolean): void {
  if (isCalm) document.documentElement.dataset.calm = "";
  else delete document.documentElement.dataset.calm;
  useInterface.getState().set({ isCalm });
}

export function followSystem(): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const apply = () => show(chosen() ?? (dark.matches ? "dark" : "light"));
  const calm = () => setCalm(still.matches);
  apply();
  calm();
  dark.addEventListener("change", apply);
  still.addEventListener("change", calm);
  return () => {
    dark.removeEventListener("change", apply);
    still.removeEventListener("change", calm);
  };
}
