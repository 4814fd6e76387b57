// The table of keys, from the registry itself, and the switch that stops all animation.
import { useInterface } from "../stores/interfaceStore";
import { Dialog } from "../ui/Dialog";
import { Switch } from "../ui/Field";
import { COMMANDS, type Command, type CommandGroup } from "./commands";
import { shown } from "./keys";
import { setCalm } from "./theme";

const GROUPS: readonly CommandGroup[] = ["Run", "Edit", "Draw", "Look", "Move about"];

export function KeysDialog() {
  const isCalm = useInterface((state) => state.isCalm);
  const close = () => useInterface.getState().set({ dialog: null });
  return (
    <Dialog title="Keys" onClose={close} className="keys-dialog">
      <div className="keys-grid">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((each) => each.group === group && !each.isHidden).map((each) => (
                <Row key={each.name} command={each} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="keys-note">
        Single keys act while the focus is in the canvas. Moving by 10 px; with {shown("Mod+A").split(" ")[0]}{" "}
        by 40 px.
      </p>
      <Switch isOn={isCalm} label="Calm: stop all animation, the run goes on" onChange={setCalm}>
        Calm: stop all animation, the run goes on
      </Switch>
    </Dialog>
  );
}

function Row({ command }: { readonly command: Command }) {
  return (
    <div>
      <dt>{command.label}</dt>
      <dd>
        {command.keys.map((keys) => (
          <span className="kbd" key={keys}>
            {shown(keys)}
          </span>
        ))}
      </dd>
    </div>
  );
}
