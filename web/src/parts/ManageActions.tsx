import type { ReactNode } from "react";
import { useState } from "react";
import type { CombinedError } from "urql";
import { useLocation } from "wouter";
import { useMay } from "../session/useViewer";
import { FormDialog } from "./FormDialog";

interface Props {
  /** What it is: "device". */
  kind: string;
  /** Which one it is. */
  name: string;
  /** The dialog that changes it. Tells what was changed, or null. */
  editor: (onClose: (done: string | null) => void) => ReactNode;
  onChanged: () => void;
  /** Deletes it, and tells whether that was done. */
  remove: () => Promise<boolean>;
  removing: { fetching: boolean; error?: CombinedError | undefined };
  /** Where to go when it is deleted. */
  listedAt: string;
  /** What is deleted with it. */
  children: ReactNode;
}

/** What an operator may do with a thing that is managed: change it, and delete it. */
export function ManageActions({ kind, name, editor, onChanged, remove, removing, listedAt, children }: Props) {
  const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
  const [, go] = useLocation();
  if (!useMay("OPERATOR")) return null;

  return (
    <>
      <button type="button" onClick={() => { setDoing("edit"); }}>Edit</button>
      <button type="button" className="danger" onClick={() => { setDoing("delete"); }}>Delete</button>
      {doing === "edit" && editor((done) => {
        setDoing(null);
        if (done) onChanged();
      })}
      {doing === "delete" && (
        <FormDialog
          title={`Delete ${name}?`}
          action={`Delete ${kind}`}
          danger
          busy={removing.fetching}
          error={removing.error}
          onClose={() => { setDoing(null); }}
          onSubmit={async () => {
            if (await remove()) go(listedAt);
          }}
        >
          {children}
        </FormDialog>
      )}
    </>
  );
}
