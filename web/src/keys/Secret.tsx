import { useState } from "react";

/** A secret that is shown this once, to be copied. */
export function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);

  async function copy() {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      // Without the right to the clipboard, or without TLS: the text can be marked and copied by hand.
      setCopied(false);
    }
  }

  return (
    <div className="form">
      <p>Copy it now: it is not shown again.</p>
      <code className="secret">{secret}</code>
      <p className="form-do">
        <span role="status" className="soft">{copied ? "Copied" : ""}</span>
        <button type="button" onClick={() => void copy()}>Copy</button>
        <button type="button" className="primary" onClick={onClose}>Done</button>
      </p>
    </div>
  );
}
