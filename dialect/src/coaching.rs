use crate::answer::Notice;

/// A page for browsers that navigate to a tool: what happened and what to do now. It needs nothing from anywhere else.
pub fn coaching_page(notice: &Notice) -> String {
    let title = html(&notice.title);
    let paragraphs: String = notice
        .message
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("<p>{}</p>\n", html(line.trim())))
        .collect();
    let link = notice.help_url.as_deref().filter(|url| is_web_address(url)).map_or_else(String::new, |url| {
        format!("<p><a class=\"action\" href=\"{}\">Continue</a></p>\n", html(url))
    });
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{paragraphs}{link}<p class="fine">Bylaw · <code>{code}</code></p>
</main>
</body>
</html>
"#,
        code = html(&notice.code),
    )
}

const STYLE: &str = "
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#1c2330;--soft:#566072;--line:#d9dee7;--act:#1f5fd1;--on-act:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#12161d;--card:#1b212b;--ink:#e8ecf3;--soft:#a3adbd;--line:#333c4a;--act:#8db4ff;--on-act:#0d1420}}
*{box-sizing:border-box}
body{margin:0;padding:0 1rem;background:var(--ground);color:var(--ink);font:1.0625rem/1.6 system-ui,sans-serif}
main{max-width:40rem;margin:clamp(1rem,8vh,6rem) auto;padding:clamp(1.25rem,5vw,2.5rem);background:var(--card);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1rem;overflow-wrap:anywhere}
.action{display:inline-block;padding:.6rem 1.2rem;border-radius:.5rem;background:var(--act);color:var(--on-act);text-decoration:none;font-weight:600}
.action:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.fine{margin:0;color:var(--soft);font-size:.875rem}
";

/// Anything else, such as `javascript:`, must not become a link.
fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// `text` for HTML, in content and in quoted attributes.
pub(crate) fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
