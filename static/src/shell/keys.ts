// Keys as people write them ("Mod+Shift+Z", "Delete", "?"), matched against the keyboard's events and shown in words.

export const IS_MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

interface Chord {
  readonly key: string;
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

type KeyEvent = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

function parse(keys: string): Chord {
  const parts = keys.split("+").filter(Boolean);
  // "+" itself is a key as well.
  const key = keys.endsWith("+") ? "+" : (parts.at(-1) ?? "");
  return { key, mod: parts.includes("Mod"), shift: parts.includes("Shift"), alt: parts.includes("Alt") };
}

/** Whether an event is this chord; Shift does not count where it only makes the character ("?" and "+"). */
export function isPressed(keys: string, event: KeyEvent): boolean {
  const { key, mod, shift, alt } = parse(keys);
  const hasMod = IS_MAC ? event.metaKey || event.ctrlKey : event.ctrlKey;
  if (hasMod !== mod || event.altKey !== alt) return false;
  const isLetter = /^[a-z]$/i.test(key);
  const isNamed = key.length > 1;
  if ((isLetter || isNamed) && event.shiftKey !== shift) return false;
  const pressed = event.key === " " ? "Space" : event.key;
  return isLetter ? pressed.toLowerCase() === key.toLowerCase() : pressed === key;
}

/** Whether the chord is a single character: those act only while the focus is in the canvas. */
export const isSingle = (keys: string): boolean => {
  const { key, mod, alt } = parse(keys);
  return !mod && !alt && !/^F\d+$/.test(key);
};

const WORDS: Readonly<Record<string, string>> = {
  Delete: "Del",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** "Ctrl Shift Z", or "⇧⌘Z" on a Mac. */
export function shown(keys: string): string {
  const { key, mod, shift, alt } = parse(keys);
  const word = WORDS[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  if (IS_MAC) return `${alt ? "⌥" : ""}${shift ? "⇧" : ""}${mod ? "⌘" : ""}${word}`;
  return [mod && "Ctrl", alt && "Alt", shift && "Shift", word].filter(Boolean).join(" ");
}
