// All examples, each a drawing to begin with, and the blank canvas.
import { Plus } from "lucide-react";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { Dialog } from "../ui/Dialog";
import { PatternThumb, thumbOf } from "./PatternThumb";

interface PatternsDialogProps {
  openExample(name: string): void;
  beginBlank(): void;
}

export function PatternsDialog({ openExample, beginBlank }: PatternsDialogProps) {
  const examples = useCatalogue((state) => state.examples);
  const close = () => useInterface.getState().set({ dialog: null });
  return (
    <Dialog title="Start from a pattern" onClose={close}>
      <div className="pattern-grid">
        {examples.map((example) => (
          <Door
            key={example.name}
            title={example.title}
            text={example.description}
            picture={<PatternThumb kind={thumbOf(example)} width={70} height={50} />}
            onOpen={() => {
              close();
              openExample(example.name);
            }}
          />
        ))}
        <Door
          title="Blank canvas"
          text="Draw your own"
          picture={<Plus className="icon" aria-hidden />}
          onOpen={() => {
            close();
            beginBlank();
          }}
        />
      </div>
    </Dialog>
  );
}

interface DoorProps {
  readonly title: string;
  readonly text: string;
  readonly picture: React.ReactNode;
  onOpen(): void;
}

export function Door({ title, text, picture, onOpen }: DoorProps) {
  return (
    <button type="button" className="door" onClick={onOpen}>
      <span className="door-picture">{picture}</span>
      <span className="door-words">
        <b>{title}</b>
        <small>{text}</small>
      </span>
    </button>
  );
}
