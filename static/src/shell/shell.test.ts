// Keys, alarms and the table of commands.
import { expect, test } from "vitest";
import { alarmSentence } from "./alarms";
import { COMMANDS } from "./commands";
import { isPressed, isSingle, shown } from "./keys";

const press = (
  key: string,
  mods: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...mods,
});

test.each([
  ["Mod+Z", press("z", { ctrlKey: true }), true],
  ["Mod+Z", press("Z", { ctrlKey: true, shiftKey: true }), false],
  ["Mod+Shift+Z", press("Z", { ctrlKey: true, shiftKey: true }), true],
  ["A", press("a"), true],
  ["A", press("a", { ctrlKey: true }), false],
  ["Shift+N", press("N", { shiftKey: true }), true],
  ["?", press("?", { shiftKey: true }), true],
  ["+", press("+", { shiftKey: true }), true],
  ["Space", press(" "), true],
  ["Shift+ArrowLeft", press("ArrowLeft", { shiftKey: true }), true],
  ["ArrowLeft", press("ArrowLeft", { shiftKey: true }), false],
])("%s", (keys, event, wanted) => {
  expect(isPressed(keys, event)).toBe(wanted);
});

test("single characters are told apart from chords that act anywhere", () => {
  expect(["A", "Space", "Delete", "?"].map(isSingle)).toEqual([true, true, true, true]);
  expect(["Mod+Z", "F8", "Shift+F6"].map(isSingle)).toEqual([false, false, false]);
  expect(shown("Mod+Shift+Z")).toBe("Ctrl Shift Z");
});

test("no two commands want the same key", () => {
  const keys = COMMANDS.flatMap((command) => command.keys);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

test("alarms are merged into one sentence by link", () => {
  const pipe = (link: string, end: "send" | "receive" = "send") => ({ link, end });
  expect(alarmSentence([3, 3, 5], [pipe("a"), pipe("a"), pipe("b")])).toBe("1 link blocked, 1 link dropping");
  expect(alarmSentence([0, 3], [pipe("a"), pipe("a", "receive")])).toBe("No alarms");
});
