// What the pages of the reference gain by JavaScript: the theme that was chosen at the canvas. They work without.
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./reference.css";

/** Where the canvas keeps the choice. */
const KEY = "glassmq.theme";

try {
  const theme = localStorage.getItem(KEY);
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden; the system's theme holds.
}
// On a small screen the list of entries would stand before the text.
if (matchMedia("(max-width: 760px)").matches)
  for (const list of document.querySelectorAll("details.list")) list.removeAttribute("open");
