import type { CombinedError } from "urql";
import { tell } from "../api/problem";

/** What went wrong, and the button to try again where that can help. */
export function Problem({ error, onRetry }: { error: CombinedError; onRetry?: () => void }) {
  return (
    <div role="alert" className="note note-bad">
      <p>{tell(error)}</p>
      {onRetry && <button type="button" onClick={onRetry}>Try again</button>}
    </div>
  );
}
