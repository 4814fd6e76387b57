// Buttons: with words, or with a picture and a name that is read aloud and shown on hover.
import type { ButtonHTMLAttributes, ReactNode } from "react";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "primary" | "plain" | "danger" | undefined;
  readonly small?: boolean;
  readonly icon?: ReactNode;
}

export function Button({ look, small, icon, className, children, type = "button", ...rest }: ButtonProps) {
  const names = ["button", look, small && "small", className].filter(Boolean).join(" ");
  return (
    <button type={type} className={names} {...rest}>
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  /** The accessible name, and the tooltip unless `title` says more. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly small?: boolean;
}

export function IconButton({
  label,
  icon,
  small,
  className,
  title,
  type = "button",
  ...rest
}: IconButtonProps) {
  const names = ["icon-button", small && "small", className].filter(Boolean).join(" ");
  return (
    <button type={type} className={names} aria-label={label} title={title ?? label} {...rest}>
      {icon}
    </button>
  );
}
