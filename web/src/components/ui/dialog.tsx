import { useEffect, useId, useRef } from "react";
import type { ReactNode } from "react";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A modal question. The browser's own dialog: it keeps the focus inside, and closes with Escape. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      // "cancel" is Escape; "close" would also tell of our own closing on unmount.
      onCancel={onClose}
      className="bg-surface text-ink border-line m-auto w-[min(26rem,calc(100vw-2rem))] rounded-xl border p-5 shadow-xl backdrop:bg-black/40"
    >
      <h2 id={id} className="mb-2 font-semibold">
        {title}
      </h2>
      {children}
    </dialog>
  );
}
