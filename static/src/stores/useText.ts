// Reads a live number for text: at most four times a second, and only when it has changed.
import { useSyncExternalStore } from "react";
import { telemetry } from "./telemetryStore";

const listen = (listener: () => void): (() => void) => {
  const ends = [telemetry.onText(listener), telemetry.onLayout(listener)];
  return () => {
    for (const end of ends) end();
  };
};

/** `read` must give the same object, or the same text or number, while nothing has changed. */
export function useText<T>(read: () => T): T {
  return useSyncExternalStore(listen, read, read);
}
