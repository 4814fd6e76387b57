// Files of the person's: save the drawing as one, choose one to open, take one that is dropped on the page.
import { useTopology } from "../stores/topologyStore";
import { openFile } from "./opening";

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn of its loop, not before.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export function saveFile(): void {
  const { document } = useTopology.getState();
  const name =
    document.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "topology";
  saveBlob(
    `${name}.json`,
    new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: "application/json" }),
  );
}

export function chooseFile(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json,.yaml,.yml,application/json,application/yaml";
  input.onchange = () => {
    const file = input.files?.[0];
    if (file) void openFile(file);
  };
  input.click();
}

/** Take files dropped anywhere on the page; what the canvas takes from the palette is none. */
export function takeDrops(): () => void {
  const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const over = (event: DragEvent) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    document.documentElement.dataset.dropping = "";
  };
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) delete document.documentElement.dataset.dropping;
  };
  const drop = (event: DragEvent) => {
    delete document.documentElement.dataset.dropping;
    if (!hasFile(event)) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) void openFile(file);
  };
  window.addEventListener("dragover", over);
  window.addEventListener("dragleave", leave);
  window.addEventListener("drop", drop);
  return () => {
    window.removeEventListener("dragover", over);
    window.removeEventListener("dragleave", leave);
    window.removeEventListener("drop", drop);
  };
}
