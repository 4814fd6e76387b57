// The mark: a glass tube, part filled.

export function Logo() {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <rect
        x="1.5"
        y="7"
        width="21"
        height="10"
        rx="5"
        fill="var(--glass)"
        stroke="var(--text)"
        strokeWidth="1.7"
      />
      <path d="M11.5 9H17.5a3 3 0 0 1 0 6h-6c1.1-2 1.1-4 0-6z" fill="var(--queue-2)" />
      <path d="M5.5 9.6h9" stroke="var(--shine)" strokeWidth="1.3" strokeLinecap="round" />
    </svg>
  );
}
