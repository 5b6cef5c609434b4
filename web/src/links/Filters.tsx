import { useMemo } from "react";
import { useLinks } from "../live/useLive";
import { StateIcon } from "../parts/StateBadge";
import { STATES, STATE_NAMES } from "../parts/states";
import { countStates } from "./arrange";
import type { View } from "./view";

interface Props {
  view: View;
  onChange: (change: Partial<View>) => void;
}

export function Filters({ view, onChange }: Props) {
  const { rows } = useLinks();
  const counts = useMemo(() => countStates(rows), [rows]);
  const sites = useMemo(() => {
    const named = rows.flatMap(({ apDevice: { site } }) => (site ? [[site.id, site.name] as const] : []));
    return [...new Map(named)].sort(([, one], [, other]) => one.localeCompare(other));
  }, [rows]);

  return (
    <form className="filters" role="search" onSubmit={(event) => { event.preventDefault(); }}>
      <input
        type="search"
        aria-label="Search by CPE, AP, site or MAC address"
        placeholder="CPE, AP, site or MAC"
        value={view.search}
        onChange={(event) => { onChange({ search: event.target.value }); }}
      />
      <fieldset className="chips">
        <legend className="unseen">States shown</legend>
        {STATES.map((state) => (
          <label key={state} className="chip">
            <input
              type="checkbox"
              checked={view.states.includes(state)}
              onChange={(event) => {
                const others = view.states.filter((each) => each !== state);
                onChange({ states: event.target.checked ? [...others, state] : others });
              }}
            />
            <StateIcon state={state} />
            {STATE_NAMES[state]}
            <span className="chip-count">{(counts.get(state) ?? 0).toLocaleString()}</span>
          </label>
        ))}
      </fieldset>
      <select
        aria-label="Site"
        value={view.site ?? ""}
        onChange={(event) => { onChange({ site: event.target.value || null }); }}
      >
        <option value="">All sites</option>
        {sites.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
      </select>
      <label className="check">
        <input
          type="checkbox"
          checked={view.grouped}
          onChange={(event) => { onChange({ grouped: event.target.checked }); }}
        />
        Group by AP
      </label>
    </form>
  );
}
