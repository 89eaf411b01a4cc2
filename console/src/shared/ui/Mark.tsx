/** Bylaw's mark: a section sign on a seal. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#22375f" />
      <path
        d="M20.5 8.6C20 6.3 18.2 5.2 16 5.2c-2.7 0-4.5 1.5-4.5 3.7C11.5 13.6 21 13.4 21 18c0 1.6-1.1 2.7-2.6 3M11.5 23.4c.5 2.3 2.3 3.4 4.5 3.4 2.7 0 4.5-1.5 4.5-3.7 0-4.7-9.5-4.5-9.5-9.1 0-1.6 1.1-2.7 2.6-3"
        fill="none"
        stroke="#e2c078"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}
