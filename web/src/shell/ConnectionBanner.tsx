import { useConnection, useLinks } from "../live/useLive";
import { clock } from "../parts/format";

/** Says that what is seen is not current, and since when. */
export function ConnectionBanner() {
  const connection = useConnection();
  const { current, complete, refusal } = useLinks();

  if (refusal) {
    return <p role="alert" className="note note-bad">Links cannot be followed: {refusal}</p>;
  }
  if (connection.is === "lost") {
    return (
      <p role="alert" className="note note-warn">
        Disconnected since {clock(connection.since)}. What you see is from before; it comes up to date by itself
        as soon as the server answers.
      </p>
    );
  }
  if (complete && !current) {
    return <p role="status" className="note note-warn">Catching up. What you see may be out of date.</p>;
  }
  return null;
}
