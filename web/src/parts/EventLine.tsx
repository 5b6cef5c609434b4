import { Link } from "wouter";
import type { EventRow } from "../live/EventFeed";
import { clock, dbm, fullTime } from "./format";
import { StateBadge, StateIcon } from "./StateBadge";
import { REASONS, STATE_NAMES } from "./states";

/** One event in a line or two: when, which link, from which state to which, and why. */
export function EventLine({ event }: { event: EventRow }) {
  const { fromState, toState } = event;
  return (
    <li className={`event event-${toState}`}>
      <time className="event-time" dateTime={event.at} title={fullTime(event.at)}>{clock(event.at)}</time>
      <span className="event-what">
        <Link href={`/links/${event.linkId}`} className="event-cpe">{event.cpeDevice?.hostname ?? event.clientMac}</Link>
        <span className="event-why">
          {event.apDevice && (
            <>at <Link href={`/devices/${event.apDevice.id}`}>{event.apDevice.hostname}</Link>: </>
          )}
          {REASONS[event.reason]}
          {event.otherApDevice && ` ${event.toState === "DOWN" ? "to" : "from"} ${event.otherApDevice.hostname}`}
          {event.signalStrength != null && `, ${dbm(event.signalStrength)}`}
        </span>
      </span>
      <span className="event-states">
        {fromState && fromState !== toState && (
          <>
            <span title={STATE_NAMES[fromState]}>
              <StateIcon state={fromState} />
              <span className="unseen">{STATE_NAMES[fromState]}</span>
            </span>
            <span aria-hidden="true" className="event-arrow">→</span>
            <span className="unseen">to</span>
          </>
        )}
        <StateBadge state={toState} />
      </span>
    </li>
  );
}
