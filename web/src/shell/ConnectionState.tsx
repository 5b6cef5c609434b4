import { useConnection, useLinks } from "../live/useLive";

/** Whether what is seen is live, in a word. */
export function ConnectionState() {
  const connection = useConnection();
  const { current } = useLinks();
  const [kind, text] =
    connection.is === "open"
      ? current
        ? ["live", "Live"]
        : ["wait", "Loading"]
      : connection.is === "connecting"
        ? ["wait", "Connecting"]
        : ["lost", "Disconnected"];
  return (
    <p className={`connection connection-${kind}`} role="status">
      <span className="connection-dot" aria-hidden="true" />
      {text}
    </p>
  );
}
