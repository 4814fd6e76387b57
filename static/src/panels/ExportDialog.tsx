// Export: the formats the server has, what each would lose, and the file itself.
import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import { useInterface } from "../stores/interfaceStore";
import { exportDrawing, loadFormats, useLibrary } from "../stores/libraryStore";
import { notify, notifyRefusal } from "../stores/noticeStore";
import { useTopology } from "../stores/topologyStore";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

interface ExportDialogProps {
  saveBlob(name: string, blob: Blob): void;
}

const HINTS: Readonly<Record<string, string>> = {
  json: "The drawing itself: opens again here, runs with the command line.",
  yaml: "The same, for people and version control.",
  mermaid: "A picture in text: shows in README files and wikis.",
  pyzmq: "Programs that run without GlassMQ: one file for each process, and a launcher.",
};

export function ExportDialog({ saveBlob }: ExportDialogProps) {
  const formats = useLibrary((state) => state.formats);
  const name = useTopology(({ document }) => document.name);
  const [chosen, setChosen] = useState("json");
  const [isBusy, setBusy] = useState(false);
  const close = () => useInterface.getState().set({ dialog: null });
  useEffect(() => {
    loadFormats().catch((error: unknown) => notifyRefusal("The formats could not be read", error));
  }, []);
  const save = async () => {
    setBusy(true);
    try {
      const { id } = await useTopology.getState().ensureSaved();
      const { name: file, blob, lost } = await exportDrawing(id, chosen);
      saveBlob(file, blob);
      if (lost.length) notify("warning", `${file} cannot hold everything`, lost.join("; "));
      close();
    } catch (error) {
      notifyRefusal("It could not be exported", error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Export “${name}”`}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            look="primary"
            disabled={isBusy}
            icon={<Download className="icon" aria-hidden />}
            onClick={() => void save()}
          >
            Export
          </Button>
        </>
      }
    >
      <div className="formats" role="radiogroup" aria-label="Format">
        {formats.map((format) => (
          <label key={format.name} className="format">
            <input
              type="radio"
              name="format"
              value={format.name}
              checked={chosen === format.name}
              onChange={() => setChosen(format.name)}
            />
            <span>
              <b>{format.title}</b>
              <small>{HINTS[format.name] ?? format.suffix}</small>
            </span>
            <span className="quiet mono">{format.suffix}</span>
          </label>
        ))}
      </div>
    </Dialog>
  );
}
