use serde_json::Value;

use super::{
    budget::Text,
    document::Trouble,
    html,
    reader::{Reader, inside},
    text,
};

/// Reads a Jupyter notebook (nbformat 4): sources as one part, what they printed as another.
pub(super) fn read(reader: &mut Reader, bytes: &[u8], path: &str) -> Result<(), Trouble> {
    let source = text::decode(bytes);
    // A tree of values takes several times its text.
    if source.len() > reader.meter.room() / 2 {
        reader.part(path, source);
        return Ok(());
    }
    let Ok(notebook) = serde_json::from_str::<Value>(source.trim_start_matches('\u{FEFF}')) else {
        // It is still a text.
        reader.part(path, source);
        return Err(Trouble::Unreadable);
    };
    let old = || notebook.pointer("/worksheets/0/cells").and_then(Value::as_array);
    let cells = notebook.get("cells").and_then(Value::as_array).or_else(old);
    let (mut sources, mut outputs) = (Text::new(&reader.meter), Text::new(&reader.meter));
    for cell in cells.into_iter().flatten() {
        lines(cell.get("source").or_else(|| cell.get("input")), &mut sources);
        for output in cell.get("outputs").and_then(Value::as_array).into_iter().flatten() {
            printed(output, &mut outputs);
        }
    }
    reader.finish(path, sources);
    reader.finish(&inside(path, "outputs"), outputs);
    Ok(())
}

fn printed(output: &Value, text: &mut Text) {
    lines(output.get("text"), text);
    lines(output.get("traceback"), text);
    let data = output.get("data");
    match data.and_then(|data| data.get("text/html")) {
        // Tables keep their rows there.
        Some(page) => html::strip(&joined(page), text),
        None => lines(data.and_then(|data| data.get("text/plain")), text),
    }
    text.end_line();
}

fn lines(value: Option<&Value>, text: &mut Text) {
    if let Some(value) = value {
        text.push(&joined(value));
        text.end_line();
    }
}

/// A text, or a list of its lines.
fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}
