// Writes a run's numbers into the cards' DOM at 4 Hz: rate, what a node waits for, lockstep words. Never through React.

import { type NodeTotals, PipeState } from "../model/telemetry";
import { duration, rate } from "../model/units";
import { isLive, useRun } from "../stores/runStore";
import { telemetry } from "../stores/telemetryStore";
import type { Geometry } from "./geometry";
import { fitted, shortAddress } from "./rowText";
import { socketKey } from "./shapes";
import type { SocketRow } from "./toFlow";

/** A wait shorter than this is no news; a strip that appeared stays at least as long. */
const WORTH_SAYING_MS = 300;
const STAYS_MS = 900;

const NOT_RUNNING: readonly NodeTotals[] = [];

type CardMood = "" | "blocked" | "slow";

interface CardParts {
  readonly root: HTMLElement;
  readonly rate: HTMLElement;
  readonly strip: HTMLElement;
  readonly stripText: HTMLElement;
  readonly words: ReadonlyMap<string, HTMLElement>;
}

interface CardLife {
  blockedSince: number;
  shownAt: number;
  mood: CardMood;
}

function find(root: HTMLElement, part: string): HTMLElement | null {
  return root.querySelector<HTMLElement>(`[data-part="${part}"]`);
}

/** Where a socket is really bound in this run, when its address was left to be allotted. */
function boundText(node: string, row: SocketRow): string | undefined {
  const open = /^\w+ ?:auto/.exec(row.text)?.[0];
  if (!open || !isLive(useRun.getState().state)) return undefined;
  const bound = Object.values(useRun.getState().endpoints.get(socketKey(node, row.id)) ?? {})[0];
  return bound && fitted(row.type, shortAddress(bound) + row.text.slice(open.length));
}

/** A head has little room: from five a second on, tenths say nothing. */
function briefRate(perSecond: number): string {
  return rate(perSecond >= 5 ? Math.round(perSecond) : perSecond);
}

/** Changes the DOM only where the text differs. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function setMood(root: HTMLElement, mood: CardMood): void {
  if ((root.dataset.mood ?? "") === mood) return;
  if (mood) root.dataset.mood = mood;
  else delete root.dataset.mood;
}

export class LiveCards {
  readonly #geometry: Geometry;
  readonly #cards = new Map<string, CardParts>();
  readonly #corners = new Map<string, HTMLElement>();
  readonly #lives = new Map<string, CardLife>();

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
  }

  register(id: string, root: HTMLElement): () => void {
    const [rateElement, strip, stripText] = [
      find(root, "rate"),
      find(root, "strip"),
      find(root, "strip-text"),
    ];
    if (!rateElement || !strip || !stripText) return () => {};
    const words = new Map<string, HTMLElement>();
    for (const row of root.querySelectorAll<HTMLElement>("[data-word]"))
      words.set(row.dataset.word ?? "", row);
    this.#cards.set(id, { root, rate: rateElement, strip, stripText, words });
    this.#writeCard(id);
    return () => this.#cards.delete(id);
  }

  /** The corner of a process box where its share of a processor is written. */
  registerProcess(id: string, corner: HTMLElement): () => void {
    this.#corners.set(id, corner);
    return () => this.#corners.delete(id);
  }

  /** Writes everything anew; called when text is due. */
  write = (): void => {
    for (const id of this.#cards.keys()) this.#writeCard(id);
    for (const [id, corner] of this.#corners) {
      const all = isLive(useRun.getState().state) ? telemetry.totals?.processes : undefined;
      const own = all?.filter((process) => process.id === id) ?? [];
      const share = own.reduce((sum, process) => sum + process.cpu_share, 0);
      write(corner, own.length ? `${Math.round(share * 100)} %` : "");
    }
  };

  #writeCard(id: string): void {
    const card = this.#cards.get(id);
    if (!card) return;
    const totals = isLive(useRun.getState().state) ? telemetry.node(id) : NOT_RUNNING;
    const data = this.#geometry.drawing.cards.get(id)?.data;
    const isRunning = totals.length > 0;
    write(
      card.rate,
      isRunning ? briefRate(totals.reduce((sum, node) => sum + node.rate_per_s, 0)) : (data?.parameter ?? ""),
    );
    this.#writeStrip(id, card, totals);
    const word = totals[0]?.word ?? null;
    for (const row of data?.rows ?? []) {
      const element = card.words.get(row.id);
      const locks = row.type === "REQ" || row.type === "REP";
      if (element) write(element, locks && word ? word : (boundText(id, row) ?? row.text));
    }
  }

  #writeStrip(id: string, card: CardParts, totals: readonly NodeTotals[]): void {
    const now = performance.now();
    const life = this.#lives.get(id) ?? { blockedSince: 0, shownAt: 0, mood: "" as CardMood };
    this.#lives.set(id, life);
    const isBlocked = totals.some((node) => node.waiting === "send");
    if (!isBlocked) life.blockedSince = 0;
    else if (!life.blockedSince) life.blockedSince = now;
    const blockedFor = isBlocked ? now - life.blockedSince : 0;
    const isSlow = totals.length > 0 && this.#holdsOthersBack(id);
    let mood: CardMood = blockedFor >= WORTH_SAYING_MS ? "blocked" : isSlow ? "slow" : "";
    if (!mood && life.mood === "blocked" && totals.length && now - life.shownAt < STAYS_MS) mood = life.mood;
    if (mood && mood !== life.mood) life.shownAt = now;
    life.mood = mood;
    setMood(card.root, mood);
    const text = mood === "blocked" ? `blocked ${duration(Math.max(blockedFor, WORTH_SAYING_MS))}` : "";
    write(card.stripText, text);
    card.strip.hidden = text === "";
  }

  /** One of its receive queues is full or nearly: its peers feel it. */
  #holdsOthersBack(id: string): boolean {
    const { scene, drawing } = this.#geometry;
    const sockets = drawing.cards.get(id)?.sockets ?? [];
    return sockets
      .flatMap((socket) => scene.tubesAt.get(socketKey(id, socket.id)) ?? [])
      .flatMap((tube) => tube.members)
      .some(({ link, lane, end }) => {
        if (end !== "receive") return false;
        const { depth, hwm, state } = telemetry.laneEnd(link, lane, end);
        return hwm > 0 && depth >= hwm && state !== PipeState.none;
      });
  }
}
