import { useMemo } from "react";
import { useLinks } from "../live/useLive";
import type { Place } from "./thresholds";

interface Props {
  place: Place;
  onChange: (place: Place) => void;
}

/** Chooses the tenant, one of its sites, or one of its APs. */
export function PlacePicker({ place, onChange }: Props) {
  const { rows } = useLinks();
  const [sites, aps] = useMemo(() => {
    const links = rows.map(({ apDevice }) => apDevice);
    return [
      named(links.flatMap(({ site }) => (site ? [[site.id, site.name]] : []))),
      named(links.map(({ id, hostname }) => [id, hostname])),
    ];
  }, [rows]);

  return (
    <select
      aria-label="Where the policy holds"
      value={JSON.stringify(place)}
      onChange={(event) => { onChange(JSON.parse(event.target.value) as Place); }}
    >
      <option value="{}">Everywhere</option>
      <optgroup label="At a site">
        {sites.map(([siteId, name]) => <option key={siteId} value={JSON.stringify({ siteId })}>{name}</option>)}
      </optgroup>
      <optgroup label="At one AP">
        {aps.map(([deviceId, name]) => <option key={deviceId} value={JSON.stringify({ deviceId })}>{name}</option>)}
      </optgroup>
    </select>
  );
}

/** Each id once, in the order of the names. */
function named(pairs: [id: string, name: string][]): [id: string, name: string][] {
  return [...new Map(pairs)].sort(([, one], [, other]) => one.localeCompare(other, undefined, { numeric: true }));
}
