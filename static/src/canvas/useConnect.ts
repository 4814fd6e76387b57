// Drawing links from socket to socket, by drag or by two clicks: only allowed ends light up, a refusal says why.

import type { Connection, FinalConnectionState, OnConnectStart } from "@xyflow/react";
import { draftLink } from "../model/drafting";
import { useCatalogue } from "../stores/catalogueStore";
import { useSelection } from "../stores/selectionStore";
import { useTopology } from "../stores/topologyStore";
import { useConnecting } from "./connecting";
import { judge, judgeAll, remedies } from "./linkPlan";
import { type End, socketKey } from "./shapes";

const keyOf = (end: End): string => socketKey(end.node, end.socket);

function present() {
  return { document: useTopology.getState().document, catalogue: useCatalogue.getState().catalogue };
}

/** Draws the link when it may be; otherwise leaves it as a proposal with its reason and what would mend it. */
export function proposeLink(from: End, to: End): void {
  const { document, catalogue } = present();
  const [a, b] = [keyOf(from), keyOf(to)];
  if (a === b) return;
  const verdict = judge(document, catalogue, a, b);
  if (!verdict.allowed) {
    const ways = remedies(document, catalogue, a, b);
    useConnecting.setState({ proposal: { from, to, reason: verdict.reason, remedies: ways } });
    return;
  }
  const { id, edits } = draftLink(document, a, b);
  useTopology.getState().edit("Add link", edits);
  useSelection.getState().select([{ kind: "link", id }]);
  useConnecting.setState({ proposal: null });
}

function begin(from: End, byClick: boolean): void {
  const { document, catalogue } = present();
  const verdicts = judgeAll(document, catalogue, keyOf(from));
  useConnecting.setState({ from, byClick, verdicts, proposal: null });
}

export function endConnecting(): void {
  useConnecting.setState({ from: null, byClick: false, verdicts: null });
}

/** The click way: the first click on a socket begins, the second ends; the same socket again lets go. */
export function clickSocket(end: End): void {
  const { from, byClick } = useConnecting.getState();
  if (!from || !byClick) {
    begin(end, true);
    return;
  }
  endConnecting();
  proposeLink(from, end);
}

interface Ends {
  readonly source: string;
  readonly sourceHandle?: string | null;
  readonly target: string;
  readonly targetHandle?: string | null;
}

function endsOf({ source, sourceHandle, target, targetHandle }: Ends): readonly [End, End] {
  return [
    { node: source, socket: sourceHandle ?? "" },
    { node: target, socket: targetHandle ?? "" },
  ];
}

const onConnectStart: OnConnectStart = (_event, { nodeId, handleId }) => {
  if (nodeId && handleId) begin({ node: nodeId, socket: handleId }, false);
};

function onConnect(connection: Connection): void {
  proposeLink(...endsOf(connection));
}

function onConnectEnd(_event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { fromHandle, toHandle, isValid } = state;
  endConnecting();
  if (isValid || !fromHandle?.id || !toHandle?.id) return;
  proposeLink(
    { node: fromHandle.nodeId, socket: fromHandle.id },
    { node: toHandle.nodeId, socket: toHandle.id },
  );
}

function isValidConnection(connection: Ends): boolean {
  const [from, to] = endsOf(connection);
  const { document, catalogue } = present();
  return judge(document, catalogue, keyOf(from), keyOf(to)).allowed;
}

/** The handlers React Flow asks for while a link is drawn; constant, so that nothing renders for them. */
export const connectHandlers = { onConnectStart, onConnect, onConnectEnd, isValidConnection };
