// Keys to commands: single characters only while the focus is in the canvas, never while somebody types.
import { COMMANDS, type Command } from "./commands";
import { paste } from "./editing";
import { isPressed, isSingle } from "./keys";

const TYPES_TEXT = 'input:not([type="range"]), textarea, select, [contenteditable="true"]';

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPES_TEXT) !== null;
}

function isInCanvas(): boolean {
  const { activeElement } = document;
  return activeElement === document.body || !!activeElement?.closest('[data-region="canvas"]');
}

/** A button under the focus keeps Space and Enter for itself. */
function belongsToButton(event: KeyboardEvent): boolean {
  const isPress = event.key === " " || event.key === "Enter";
  return isPress && event.target instanceof Element && event.target.closest("button, a, summary") !== null;
}

export function commandFor(event: KeyboardEvent): Command | undefined {
  if (event.defaultPrevented || event.isComposing) return undefined;
  const isFree = isInCanvas() && !isTyping(event.target) && !belongsToButton(event);
  return COMMANDS.find((command) =>
    command.keys.some((keys) => isPressed(keys, event) && allowed(keys, event, isFree)),
  );
}

/** Where text is typed, the editor's own undo, copy and paste come first. */
function allowed(keys: string, event: KeyboardEvent, isFree: boolean): boolean {
  if (isSingle(keys)) return isFree;
  if (/Mod\+(Shift\+)?[ZYCXVAD]$/.test(keys)) return !isTyping(event.target) && !hasTextSelected(keys);
  return true;
}

function hasTextSelected(keys: string): boolean {
  return /[CX]$/.test(keys) && (getSelection()?.toString() ?? "") !== "" && !isInCanvas();
}

export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    const command = commandFor(event);
    if (!command) return;
    // Ctrl V comes again as a paste event, which alone may read the clipboard.
    if (command.name === "paste") return;
    if (!(command.isEnabled?.() ?? true)) return;
    event.preventDefault();
    command.run();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (paste(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
  };
  window.addEventListener("keydown", onKey);
  window.addEventListener("paste", onPaste);
  return () => {
    window.removeEventListener("keydown", onKey);
    window.removeEventListener("paste", onPaste);
  };
}
