import { duration, fullTime } from "./format";
import { useNow } from "./useNow";

/** How long ago something was; the exact time when pointed at. */
export function Ago({ time }: { time: string }) {
  const then = Date.parse(time);
  const text = useNow((now) => duration(Math.max(0, Math.floor((now - then) / 1000))));
  return <time dateTime={time} title={fullTime(time)}>{text}</time>;
}
