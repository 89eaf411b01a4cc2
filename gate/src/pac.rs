use std::fmt::Write as _;

use crate::config::Unreachable;

/// A host that clients should bring to the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacHost {
    /// Host name, lower case.
    pub name: String,
    /// Whether the hosts below it belong to it.
    pub reach: Reach,
}

/// Whether the hosts below a name belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only the host itself.
    Exact,
    /// The host and all below it.
    Suffix,
    /// Names with the same number of labels, `*` in the name standing for anything within one label.
    Wildcard,
}

/// A proxy auto-configuration file that sends AI hosts to `proxy` and nothing else.
///
/// The format is Netscape's `FindProxyForURL(url, host)`, as kept in MDN's "Proxy Auto-Configuration (PAC) file".
/// Names are compared label by label through an object, so the cost does not grow with the list.
pub(crate) fn file(hosts: &[PacHost], proxy: &str, unreachable: Unreachable) -> String {
    let way = match unreachable {
        Unreachable::Wait => format!("PROXY {proxy}"),
        Unreachable::GoDirect => format!("PROXY {proxy}; DIRECT"),
    };
    let mut text = String::from(
        "// AI tools go through the proxy that applies the AI usage policy; all else goes directly.\n",
    );
    list(&mut text, "exact", hosts, Reach::Exact);
    list(&mut text, "below", hosts, Reach::Suffix);
    patterns(&mut text, hosts);
    let _ = write!(
        text,
        r#"function FindProxyForURL(url, host) {{
  host = host.toLowerCase();
  if (host.charAt(host.length - 1) === ".") host = host.substring(0, host.length - 1);
  if (exact["=" + host] || (patterns && patterns.test(host))) return "{way}";
  for (;;) {{
    if (below["=" + host]) return "{way}";
    var dot = host.indexOf(".");
    if (dot < 0) return "DIRECT";
    host = host.substring(dot + 1);
  }}
}}
"#
    );
    text
}

/// The keys start with `=`, so that a host named `constructor` finds nothing.
fn list(text: &mut String, name: &str, hosts: &[PacHost], reach: Reach) {
    let _ = writeln!(text, "var {name} = {{");
    for host in hosts.iter().filter(|host| host.reach == reach && is_plain(&host.name)) {
        let _ = writeln!(text, "  \"={}\": 1,", host.name);
    }
    text.push_str("};\n");
}

/// One expression for all names with `*`; host names hold no other character that means something in it but the dot.
fn patterns(text: &mut String, hosts: &[PacHost]) {
    let names: Vec<String> = hosts
        .iter()
        .filter(|host| host.reach == Reach::Wildcard && is_plain(&host.name.replace('*', "x")))
        .map(|host| host.name.replace('.', "\\.").replace('*', "[^.]*"))
        .collect();
    let _ = match names.is_empty() {
        true => writeln!(text, "var patterns = null;"),
        false => writeln!(text, "var patterns = /^(?:{})$/;", names.join("|")),
    };
}

/// Whether `text` can stand in a quoted string and name a host, perhaps with a port.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_hosts_go_to_the_proxy() {
        let hosts = [
            PacHost { name: "openai.com".to_owned(), reach: Reach::Suffix },
            PacHost { name: "claude.ai".to_owned(), reach: Reach::Exact },
            PacHost { name: "bedrock-*.example.com".to_owned(), reach: Reach::Wildcard },
            PacHost { name: "bad\"; evil()".to_owned(), reach: Reach::Exact },
        ];
        let text = file(&hosts, "gate.example:8080", Unreachable::Wait);
        assert!(text.contains("var exact = {\n  \"=claude.ai\": 1,\n};\n"), "{text}");
        assert!(text.contains("var below = {\n  \"=openai.com\": 1,\n};\n"), "{text}");
        assert!(text.contains(r"var patterns = /^(?:bedrock-[^.]*\.example\.com)$/;"), "{text}");
        assert!(text.contains("return \"PROXY gate.example:8080\";"), "{text}");
        assert!(!text.contains("evil"));
        assert!(file(&hosts, "g:1", Unreachable::GoDirect).contains("\"PROXY g:1; DIRECT\""));
    }
}
