/// A message with the line, the key and, for an unknown key, the nearest valid one.
pub(super) fn explain(error: &toml::de::Error) -> String {
    let message = error.message();
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    let text = match unknown {
        Some((key, expected)) => {
            let valid: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
            let hint =
                valid.iter().min_by_key(|name| strsim::levenshtein(key, name)).copied().unwrap_or_default();
            format!("unknown key `{key}`; did you mean `{hint}`?")
        }
        None => message.trim().to_owned(),
    };
    match error.span() {
        Some(_) => place(error).map_or(text.clone(), |line| format!("line {line}: {text}")),
        None => text,
    }
}

/// The line, counted from 1, as the error's own display gives it: "TOML parse error at line 2, column 1".
fn place(error: &toml::de::Error) -> Option<u32> {
    let shown = error.to_string();
    let after = shown.split("line ").nth(1)?;
    after.split(',').next()?.parse().ok()
}
