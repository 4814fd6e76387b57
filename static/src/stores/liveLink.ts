// The page's one websocket, for the stores to share.
import { Live } from "../wire/live";

export const live = new Live();
