// A question mark beside a name: the summary on hover, the whole explanation in a tab of its own.
import { CircleQuestionMark } from "lucide-react";

interface HelpLinkProps {
  readonly href: string;
  /** What is explained, for those who hear the page. */
  readonly about: string;
  readonly title: string;
}

export function HelpLink({ href, about, title }: HelpLinkProps) {
  return (
    <a
      className="help-link"
      href={href}
      target="_blank"
      rel="noopener"
      aria-label={`About ${about}`}
      title={title}
    >
      <CircleQuestionMark className="icon" aria-hidden />
    </a>
  );
}
