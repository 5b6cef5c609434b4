import { useMemo } from "react";
import { Link } from "wouter";
import { countStates } from "../links/arrange";
import { linksIn } from "../links/view";
import { useLinks } from "../live/useLive";
import { StateIcon } from "../parts/StateBadge";
import { STATES, STATE_MEANINGS, STATE_NAMES } from "../parts/states";

/** How many links are in which state: numbers, and a bar of their shares. */
export function StateTiles() {
  const { rows, complete } = useLinks();
  const counts = useMemo(() => countStates(rows), [rows]);

  return (
    <section aria-label="Links by state" className="tiles-section">
      <ul className="tiles">
        {STATES.map((state) => (
          <li key={state}>
            <Link href={linksIn(state)} className={`tile tile-${state}`} title={STATE_MEANINGS[state]}>
              <span className="tile-name"><StateIcon state={state} /> {STATE_NAMES[state]}</span>
              <span className="tile-count">{complete ? (counts.get(state) ?? 0).toLocaleString() : "–"}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="shares" aria-hidden="true">
        {STATES.map((state) => (
          <span key={state} className={`share state-${state}`} style={{ flexGrow: counts.get(state) ?? 0 }} />
        ))}
      </div>
    </section>
  );
}
