import type { Webview } from "vscode";
import type { Channel } from "../protocol/rpc.ts";
import { inOneBuffer } from "./one-buffer.ts";

/** A webview as a channel. Typed arrays travel as such; `NaN` outside of them does not survive. */
export function webviewChannel(webview: Webview): Channel {
  return {
    post(message) {
      // The promise says whether the page was there to get it; a call to a page that is gone ends with its connection.
      void webview.postMessage(inOneBuffer(message));
    },
    listen(handler) {
      const subscription = webview.onDidReceiveMessage(handler);
      return () => {
        subscription.dispose();
      };
    },
  };
}
