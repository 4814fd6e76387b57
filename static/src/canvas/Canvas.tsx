// The canvas: React Flow for structure and gestures, one overlay for the life, and the ways in and out of it.

import "@xyflow/react/dist/base.css";
import "./canvas.css";
import "./cards.css";
import "./boxes.css";
import "./detail.css";
import "./locks.css";
import {
  Background,
  BackgroundVariant,
  ConnectionMode,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  useStoreApi,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useInterface } from "../stores/interfaceStore";
import { useRun } from "../stores/runStore";
import { useSelection } from "../stores/selectionStore";
import { telemetry } from "../stores/telemetryStore";
import { ConnectionLine, ProposedLink } from "./ConnectionLine";
import { LARGEST_ZOOM, makeHandle, SMALLEST_ZOOM } from "./canvasHandle";
import { EdgeAlarms } from "./EdgeAlarms";
import { FlowModel } from "./flowModel";
import { Geometry } from "./geometry";
import { LinkBadges } from "./LinkBadges";
import { LinkEdge } from "./LinkEdge";
import { LinkLocks } from "./LinkLocks";
import { LiveCards } from "./liveCards";
import { DOTS, detailAt, GRID } from "./measures";
import { menuHandlers } from "./menus";
import { NodeCard } from "./NodeCard";
import { Overlay } from "./Overlay";
import { Pointer } from "./Pointer";
import { ProcessBox } from "./ProcessBox";
import type { Painter } from "./painter";
import { linkAt } from "./pointing";
import { SurfaceContext } from "./surface";
import { type FlowNode, type LinkEdge as LinkEdgeShape, PROCESS_PREFIX } from "./toFlow";
import { connectHandlers, endConnecting } from "./useConnect";
import { useDrop } from "./useDrop";
import { useFirstFit, useKeepInView } from "./useView";
import { Legend, ZoomBox } from "./ZoomBox";

const nodeTypes = { card: NodeCard, process: ProcessBox };
const edgeTypes = { link: LinkEdge };
const SNAP: [number, number] = [GRID, GRID];
/** The primary button draws boxes of selection; the others pan, as two fingers do. */
const PANNING_BUTTONS = [1, 2];
/** From so many nodes on, those out of view are not kept in the page; zoomed out all are seen anyhow. */
const MANY_NODES = 300;
const NEAR = 0.8;

/** Level of detail as an attribute, so that zooming renders nothing. */
function useDetail(root: React.RefObject<HTMLDivElement | null>): void {
  const store = useStoreApi();
  useEffect(() => {
    let before = 0;
    const look = () => {
      const zoom = store.getState().transform[2];
      if (zoom === before || !root.current) return;
      before = zoom;
      root.current.dataset.detail = detailAt(zoom);
      // In steps, or every card would be styled anew at every turn of the wheel.
      const step = Math.max(SMALLEST_ZOOM, Math.floor(zoom * 20) / 20);
      root.current.style.setProperty("--k", zoom < 1 ? String(Math.min(12, 1 / step)) : "1");
      root.current.style.setProperty("--zoom", String(step));
      useInterface.getState().set({ zoom });
    };
    look();
    return store.subscribe(look);
  }, [store, root]);
}

/** Handlers that never change: were one of them new, every node would render again at each step of a drag. */
function gestureHandlers(model: FlowModel) {
  return {
    onNodesChange: model.changeNodes,
    onEdgesChange: model.changeEdges,
    onSelectionStart: () => {
      model.isBoxing = true;
    },
    onSelectionEnd: () => {
      model.isBoxing = false;
    },
    onNodeDragStart: (_event: unknown, node: FlowNode, dragged: FlowNode[]) =>
      model.beginDrag(dragged.length ? dragged : [node]),
    onNodeDragStop: model.endDrag,
    onNodeClick: (_event: unknown, node: FlowNode) => {
      if (node.type === "process")
        useSelection.getState().select([{ kind: "process", id: node.id.slice(PROCESS_PREFIX.length) }]);
    },
    onPaneClick: () => {
      endConnecting();
      useSelection.getState().clear();
    },
  };
}

function Surface() {
  const root = useRef<HTMLDivElement>(null);
  const [painter, setPainter] = useState<Painter | null>(null);
  const [{ geometry, model, surface }] = useState(() => {
    const geometry = new Geometry();
    return {
      geometry,
      model: new FlowModel(geometry),
      surface: { geometry, liveCards: new LiveCards(geometry) },
    };
  });
  const flow = useReactFlow<FlowNode, LinkEdgeShape>();
  const nodes = useSyncExternalStore(model.subscribe, () => model.nodes);
  const edges = useSyncExternalStore(model.subscribe, () => model.edges);
  const isNear = useStore((state) => state.transform[2] >= NEAR);
  const toFlow = useCallback(
    (x: number, y: number) => {
      const place = flow.screenToFlowPosition({ x, y }, { snapToGrid: false });
      return [place.x, place.y] as const;
    },
    [flow],
  );
  const drop = useDrop(geometry, toFlow);
  const menus = useMemo(
    () => menuHandlers(toFlow, ([x, y]) => linkAt(geometry, x, y, flow.getZoom())),
    [toFlow, geometry, flow],
  );
  const gestures = useMemo(() => gestureHandlers(model), [model]);

  useEffect(() => model.follow(), [model]);
  useEffect(() => {
    const { write } = surface.liveCards;
    const stops = [
      telemetry.onText(write),
      telemetry.onLayout(write),
      useRun.subscribe((now, before) => now.state !== before.state && write()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [surface]);
  useEffect(() => {
    if (!root.current) return undefined;
    useInterface.getState().set({ canvas: makeHandle(root.current, flow, geometry) });
    return () => useInterface.getState().set({ canvas: null });
  }, [flow, geometry]);
  useDetail(root);
  useFirstFit(geometry);
  useKeepInView(geometry);

  return (
    <SurfaceContext value={surface}>
      <div ref={root} className="canvas" tabIndex={nodes.length ? -1 : 0} {...drop}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          {...gestures}
          {...menus}
          {...connectHandlers}
          connectOnClick={false}
          connectionMode={ConnectionMode.Loose}
          connectionRadius={24}
          connectionLineComponent={ConnectionLine}
          snapToGrid
          snapGrid={SNAP}
          minZoom={SMALLEST_ZOOM}
          maxZoom={LARGEST_ZOOM}
          panOnScroll
          panOnDrag={PANNING_BUTTONS}
          selectionOnDrag
          selectionMode={SelectionMode.Partial}
          zoomOnDoubleClick={false}
          elevateNodesOnSelect={false}
          elevateEdgesOnSelect={false}
          nodesFocusable={false}
          edgesFocusable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          panActivationKeyCode={null}
          onlyRenderVisibleElements={nodes.length > MANY_NODES && isNear}
          attributionPosition="bottom-left"
          aria-label="Topology"
        >
          <Background variant={BackgroundVariant.Dots} gap={DOTS} size={1.2} color="var(--grid)" />
          <Overlay attach={setPainter} />
          <LinkBadges />
          <LinkLocks />
          <ProposedLink />
          <Pointer painter={painter} root={root} />
        </ReactFlow>
        <EdgeAlarms />
        <Legend />
        <ZoomBox />
      </div>
    </SurfaceContext>
  );
}

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Surface />
    </ReactFlowProvider>
  );
}
