import type { ReactNode, SubmitEvent } from "react";
import type { CombinedError } from "urql";
import { Dialog } from "./Dialog";
import { Problem } from "./Problem";

interface Props {
  title: string;
  /** What the button says that does it. */
  action: string;
  /** Whether that cannot be undone. */
  danger?: boolean;
  busy: boolean;
  error: CombinedError | undefined;
  onClose: () => void;
  onSubmit: () => Promise<void>;
  children: ReactNode;
}

/** Asks for something, and does it; what is refused is said here, and nothing that was typed is lost. */
export function FormDialog({ title, action, danger = false, busy, error, onClose, onSubmit, children }: Props) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void onSubmit();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        {children}
        {error && <Problem error={error} />}
        <p className="form-do">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" className={danger ? "primary destructive" : "primary"} disabled={busy}>{action}</button>
        </p>
      </form>
    </Dialog>
  );
}
