// Whether hints may still be shown: once dismissed they never come back.
import { create } from "zustand";

const KEY = "glassmq.hints";

export interface HintState {
  readonly isDismissed: boolean;
  dismiss(): void;
}

export const useHints = create<HintState>()((set) => ({
  isDismissed: wasDismissed(),
  dismiss() {
    try {
      localStorage.setItem(KEY, "dismissed");
    } catch {
      // Storage can be forbidden; then they stay away until the page is loaded again.
    }
    set({ isDismissed: true });
  },
}));

function wasDismissed(): boolean {
  try {
    return localStorage.getItem(KEY) === "dismissed";
  } catch {
    return false;
  }
}
