// Opens drawings: the one in the address, the last one, an example, a file; and keeps the address right.
import { emptyTopology, type TopologyDocument, type TopologyId } from "../model/topology";
import { useCatalogue } from "../stores/catalogueStore";
import { useInterface } from "../stores/interfaceStore";
import { makeMissing } from "../stores/keyStore";
import { readFile, wantsToken } from "../stores/libraryStore";
import { notify, notifyRefusal } from "../stores/noticeStore";
import { findRun, stopRun } from "../stores/runControl";
import { isLive, useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { request } from "../wire/http";

const LAST = "glassmq.last";
/** The topology of the first visit: PUSH to three PULLs. */
const FIRST_FAMILY = /pipeline/;
/** What in an address names the entry of the reference that is to be shown: `/?reference=type/PUSH`. */
const SHOWN = "reference";
/** The server's address of a drawing. */
const ADDRESS = /^\/t\/([^/]+)$/;

const idInAddress = (): TopologyId | undefined => {
  const found = ADDRESS.exec(location.pathname)?.[1];
  return found && decodeURIComponent(found);
};

/** What the page shows first: the drawing in the address, else the last one, else the first example. */
export async function openFirst(): Promise<void> {
  const shown = new URLSearchParams(location.search).get(SHOWN);
  if (shown && (await openReference(shown))) return;
  const wanted = idInAddress() ?? remembered();
  if (wanted && (await openKept(wanted, { isQuiet: idInAddress() === undefined }))) return;
  await openFirstExample();
}

async function openFirstExample(): Promise<void> {
  const { examples } = useCatalogue.getState();
  const first =
    examples.find(({ family, name }) => FIRST_FAMILY.test(family) || FIRST_FAMILY.test(name)) ?? examples[0];
  if (first) await openExample(first.name);
  else beginBlank();
}

/** Open a kept drawing; false, with a notice unless quiet, when it is not there. @throws RequestRefused for want of a token */
export async function openKept(id: TopologyId, { isQuiet = false } = {}): Promise<boolean> {
  try {
    await useTopology.getState().open(id);
  } catch (error) {
    if (wantsToken(error)) throw error;
    if (!isQuiet) notifyRefusal("This drawing could not be opened", error);
    forget();
    return false;
  }
  shownAfresh();
  await findRun(id);
  return true;
}

export async function openExample(name: string): Promise<void> {
  try {
    const document = await useCatalogue.getState().example(name);
    // An example is ours, and to be played at once: what keys it names are made here, without asking.
    await makeMissing(document);
    begin(document, name);
  } catch (error) {
    notifyRefusal("The example could not be opened", error);
  }
}

/** Open what shows an entry of the reference, `type/PUSH`, as a new drawing; false, with a notice, when nothing does. */
async function openReference(entry: string): Promise<boolean> {
  try {
    const path = entry.split("/").map(encodeURIComponent).join("/");
    const { body } = await request<{ readonly example: TopologyDocument | null }>(
      "GET",
      `/reference/${path}`,
    );
    if (body.example) {
      // What shows a finding may be about a key that is not here.
      if (!entry.startsWith("finding/")) await makeMissing(body.example);
      begin(body.example, null);
    }
    return body.example !== null;
  } catch (error) {
    if (wantsToken(error)) throw error;
    notifyRefusal("This example could not be opened", error);
    return false;
  }
}

export const beginBlank = (): void => begin(emptyTopology(), null);

export function begin(document: TopologyDocument, example: string | null): void {
  useTopology.getState().begin(document, example);
  forget();
  history.replaceState(null, "", "/");
  shownAfresh();
  void findRun(null);
}

/** Read a dropped or chosen file; its drawing is opened, what could not be read is told. */
export async function openFile(file: File): Promise<void> {
  try {
    const { topology, not_understood: lost } = await readFile(file);
    begin(topology, null);
    // A file is somebody's work: keep it at once, not at the first change.
    await useTopology.getState().ensureSaved();
    if (lost.length) notify("warning", `${file.name} was read, but not all of it`, lost.join("; "));
    else notify("info", `${file.name} is open`);
  } catch (error) {
    notifyRefusal(`${file.name} could not be read`, error);
  }
}

/** Leave a drawing whose run goes on: it would use the machine unseen. */
export async function stopBeforeLeaving(): Promise<void> {
  if (isLive(useRun.getState().state)) await stopRun();
}

function shownAfresh(): void {
  useSelection.getState().clear();
  useSelection.getState().focus(null);
  useInterface.getState().set({ menu: null, quickAdd: null, renaming: null, openBundles: new Set() });
  // Two frames: the canvas has the new cards then, and what lies over it has told its height.
  requestAnimationFrame(() => requestAnimationFrame(() => useInterface.getState().canvas?.fit()));
  // The region itself: keys work, and no card wears a ring that nobody asked for.
  document.querySelector<HTMLElement>('[data-region="canvas"]')?.focus({ preventScroll: true });
}

/** Keep address and memory in step with the drawing that is open. */
export function followAddress(): () => void {
  return useTopology.subscribe((state, before) => {
    if (state.id === before.id || state.id === null) return;
    remember(state.id);
    const path = `/t/${encodeURIComponent(state.id)}`;
    if (location.pathname !== path) history.replaceState(null, "", path);
  });
}

// Storage can be forbidden; then the page just does not remember.
function remembered(): TopologyId | undefined {
  try {
    return localStorage.getItem(LAST) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(id: TopologyId): void {
  try {
    localStorage.setItem(LAST, id);
  } catch {
    // As above.
  }
}

function forget(): void {
  try {
    localStorage.removeItem(LAST);
  } catch {
    // As above.
  }
}
