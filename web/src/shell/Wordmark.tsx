import icon from "../icon.svg";

export function Wordmark() {
  return (
    <span className="wordmark">
      <img src={icon} alt="" width="22" height="22" />
      wisplink
    </span>
  );
}
