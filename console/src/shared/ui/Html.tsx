/** HTML rendered by the server from Markdown; raw HTML in the source is not let through there. */
export function Html({ html, className }: { html: string; className?: string }) {
  // our own server's rendering, and scripts are forbidden by the CSP
  return <div className={className} dangerouslySetInnerHTML={{ __html: html }} />;
}
