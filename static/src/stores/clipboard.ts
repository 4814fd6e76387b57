// Copies a text, and says so.
import { notify } from "./noticeStore";

/** Nothing happens where the browser gives a page no clipboard. */
export function copyText(text: string, told: string, detail?: string): void {
  void navigator.clipboard?.writeText(text).then(() => notify("info", told, detail));
}
