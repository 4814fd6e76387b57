// The dialog that is open, if any.
import { ExportDialog } from "../panels/ExportDialog";
import { PatternsDialog } from "../panels/PatternsDialog";
import { StoredKeysDialog } from "../panels/StoredKeysDialog";
import { useInterface } from "../stores/interfaceStore";
import { saveBlob } from "./files";
import { KeysDialog } from "./KeysDialog";
import { beginBlank, openExample } from "./opening";

export function Dialogs() {
  const dialog = useInterface((state) => state.dialog);
  switch (dialog) {
    case "export":
      return <ExportDialog saveBlob={saveBlob} />;
    case "keys":
      return <KeysDialog />;
    case "stored-keys":
      return <StoredKeysDialog />;
    case "patterns":
      return <PatternsDialog openExample={(name) => void openExample(name)} beginBlank={beginBlank} />;
    default:
      return null;
  }
}
