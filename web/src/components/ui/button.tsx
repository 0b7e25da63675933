import type { ComponentProps } from "react";

const VARIANTS = {
  primary: "bg-accent text-on-accent hover:brightness-110 shadow-sm",
  ghost: "text-muted hover:bg-sunken hover:text-ink",
  outline: "border border-line bg-surface hover:bg-sunken",
};

export function Button({
  variant = "outline",
  className = "",
  ...props
}: ComponentProps<"button"> & { variant?: keyof typeof VARIANTS }) {
  return (
    <button
      type="button"
      {...props}
      className={`inline-flex h-9 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium transition disabled:opacity-50 ${VARIANTS[variant]} ${className}`}
    />
  );
}
