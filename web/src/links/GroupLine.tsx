import { Link } from "wouter";
import { StateIcon } from "../parts/StateBadge";
import { STATES, STATE_NAMES } from "../parts/states";
import type { Group } from "./arrange";
import { COLUMNS } from "./columns";
import { placed, type Place } from "./place";

/** An AP above its links, with how many of them are in which state. */
export function GroupLine({ group, place }: { group: Group; place: Place }) {
  const { ap, counts } = group;
  return (
    <div role="row" className="line line-group" {...placed(place)}>
      <div role="gridcell" aria-colspan={COLUMNS.length} className="cell cell-group">
        <Link href={`/devices/${ap.id}`} data-line={place.index}>{ap.hostname}</Link>
        {ap.site && <Link href={`/sites/${ap.site.id}`} className="group-site">{ap.site.name}</Link>}
        <span className="group-counts">
          {STATES.filter((state) => counts.has(state)).map((state) => (
            <span key={state} title={STATE_NAMES[state]}>
              <StateIcon state={state} />
              <span className="unseen">{STATE_NAMES[state]}: </span>
              {counts.get(state)}
            </span>
          ))}
        </span>
      </div>
    </div>
  );
}
